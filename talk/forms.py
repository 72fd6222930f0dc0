"""What one may say: shape only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import Form


class CommentForm(Form):
    """A remark."""

    body = forms.CharField(label=_("Comment"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))
    is_blocking = forms.BooleanField(label=_("Nothing goes on before this is resolved"), required=False)
    section = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    exact = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    prefix = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput, strip=False)
    suffix = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput, strip=False)


class AnswerForm(Form):
    """An answer to a remark."""

    body = forms.CharField(label=_("Answer"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 2}))

"""How a view answers: a page, its fragment for htmx, or the outcome of a verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.functional import Promise

from guard.doors import opened_all
from web.errors import Trouble, is_fragment, plain, trouble_of
from web.forms import Form


def fragment_of(template: str) -> str:
    """``catalog/dataset.html`` -> ``catalog/_dataset.html``."""
    folder, _slash, name = template.rpartition("/")
    return f"{folder}/_{name}"


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    thing: Any = None,
    about: Any = None,
    status: int = 200,
) -> HttpResponse:
    """Draw a page; for htmx its fragment ``_name.html``, when there is one (the page includes that same file).

    Args:
        template: ``room/name.html``, extending ``base.html``.
        context: for the template.
        thing: a governed object or its Thing: puts the thread strip on the page; to draw it is to open it.
        about: what a page without a strip shows of; opened likewise.
        status: of the answer.
    """
    whole = {**(context or {})}
    opened_all(request.user, [one for one in (thing, about) if one is not None])
    if thing is not None:
        whole.setdefault("thing", getattr(thing, "thing", thing))
    chosen = get_template(template)
    if is_fragment(request):
        with suppress(TemplateDoesNotExist):
            chosen = get_template(fragment_of(template))
    response = HttpResponse(chosen.render(whole, request), status=status)
    response["Vary"] = "HX-Request"
    return response


def go(request: HttpRequest, url: str, said: str | Promise = "") -> HttpResponse:
    """Leave for `url` after a change (303; for htmx a header), with a sentence that the next page shows."""
    if said:
        messages.success(request, str(said))
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)


def carry_out(
    request: HttpRequest,
    verb: Callable[..., Any],
    form: Form | None = None,
    *,
    done: str | Callable[[Any], str],
    template: str = "",
    context: Mapping[str, Any] | None = None,
    said: str | Promise = "",
    thing: Any = None,
    about: Any = None,
    **facts: Any,
) -> HttpResponse:
    """Call a verb for the person of this request and answer.

    Args:
        verb: an act; gets ``by=request.user``, the form's facts and `facts`.
        form: a bound form, or None for a bare button.
        done: where to go afterwards: an address, or a function of the verb's result that gives one.
        template, context, thing, about: the page to draw again, with status 4xx, when form or verb refuses; what
            was typed is kept. Without a template a refusal goes up and becomes the error page or fragment.
        said: the sentence shown after success.
        facts: further keyword arguments of the verb.

    Raises:
        Refusal: when there is no template to draw again, or the thing is absent.
    """
    from guard.refusals import Absent, Refusal
    from guard.rules.live import warnings

    again = {**(context or {}), "form": form}
    if form is not None and not form.is_valid():
        return page(request, template, again, thing=thing, about=about, status=422)
    given = form.facts() if form is not None else {}
    warnings()
    try:
        result = verb(by=request.user, **given, **facts)
    except Absent:
        raise
    except Refusal as refusal:
        if not template:
            raise
        again |= _refused(form, refusal)
        return page(request, template, again, thing=thing, about=about, status=refusal.status)
    for sentence in warnings():
        messages.warning(request, sentence)
    return go(request, done(result) if callable(done) else done, said)


def _refused(form: Form | None, refusal: Any) -> dict[str, Any]:
    """Context of the page drawn again: field errors go to the form, everything else into the box at the head."""
    if form is not None and refusal.errors:
        form.add_refusal(refusal)
        return {"refusal": Trouble(refusal.status, refusal.code, plain(refusal.status).title, refusal.sentence)}
    return {"refusal": trouble_of(refusal)}

"""The template tags of the house; a builtin library, so no template has to load it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web import assets, charts
from web import panels as panel_book
from web.icons import ICONS
from web.words import STATE_STYLES, level_word

register = template.Library()


def thing_of(obj: Any) -> Any:
    """A governed object's thing, or the thing itself."""
    return getattr(obj, "thing", obj)


def actor_of(context: template.Context) -> Any:
    request = context.get("request")
    return getattr(request, "user", None)


@register.simple_tag
def asset(entry: str) -> SafeString:
    """``{% asset "main.ts" %}``: style sheets and script of a front-end entry."""
    return assets.tags_for(entry)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "lock" %}``: a drawing without meaning of its own; with `label` it speaks for itself."""
    says = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" viewBox="0 0 16 16" {}>{}</svg>', says, SafeString(ICONS[name]))


@register.simple_tag
def level_chip(rank: int | None, state: str = "", short: bool = False) -> SafeString:
    """``{% level_chip thing.level %}``: number, hue and word; dashed when `state` is ``proposed``.

    `rank` None is unclassified. `short` leaves the word to screen readers, for narrow columns.
    """
    word = level_word(rank)
    number = str(rank) if rank else "?"
    classes = f"lv lv-{rank}" if rank else "lv lv-none"
    if state == "proposed":
        classes, word = f"{classes} lv-proposed", _("%(level)s, proposed") % {"level": word}
    shown = format_html('<span class="sr">{}</span>', word) if short else word
    return format_html('<span class="{}"><b aria-hidden="true">{}</b>{}</span>', classes, number, shown)


@register.simple_tag
def state_chip(obj: Any, label: str | Promise = "") -> SafeString:
    """``{% state_chip prd %}`` or ``{% state_chip "in_review" label %}``: the state in words, with a colour to help."""
    thing = thing_of(obj)
    state = thing if isinstance(thing, str) else thing.state
    if not label and not isinstance(thing, str):
        from guard.states import state_label

        label = state_label(thing.kind, state)
    style = STATE_STYLES.get(state, "")
    words = label or state.replace("_", " ").capitalize()
    return format_html('<span class="chip{}">{}</span>', f" chip-{style}" if style else "", words)


@register.simple_tag
def person(user: Any, role: str | Promise = "") -> SafeString:
    """``{% person user %}``: initials in a tinted disc and the name; `role` stands before it in quiet type."""
    if user is None:
        return format_html('<span class="muted">{}</span>', _("Nobody"))
    name = str(user)
    initials = getattr(user, "initials", "") or "".join(word[0] for word in name.split()[:2]).upper()
    before = format_html('<span class="muted">{} </span>', role) if role else ""
    return format_html(
        '<span class="who"><i class="t{}" aria-hidden="true">{}</i><span>{}{}</span></span>',
        (getattr(user, "pk", None) or 0) % 6, initials, before, name,
    )  # fmt: skip


@register.simple_tag
def thing_url(obj: Any) -> str:
    """``{% thing_url thing %}``: the page of a thing of any kind, or "" when its kind has none."""
    from guard.kinds import url_of

    return url_of(thing_of(obj))


@register.simple_tag
def thing_link(obj: Any, label: str = "") -> SafeString:
    """``{% thing_link thing %}``: its title as a link to its page. Whoever draws it has checked that it may be seen."""
    thing = thing_of(obj)
    url, title = thing_url(thing), label or thing.title
    return format_html('<a href="{}">{}</a>', url, title) if url else format_html("{}", title)


@register.simple_tag
def kind_label(obj: Any) -> str:
    """``{% kind_label thing %}``: the kind's name in the reader's language."""
    from guard.kinds import kind_of

    return str(kind_of(thing_of(obj).kind).label)


@register.inclusion_tag("parts/thread.html", takes_context=True)
def thread(context: template.Context, obj: Any) -> dict[str, Any]:
    """``{% thread thing %}``: the strip with the stations from demand to decisions; "you are here"."""
    return {"stations": panel_book.stations_of(actor_of(context), thing_of(obj)) if obj else []}


@register.simple_tag(takes_context=True)
def panels(context: template.Context, obj: Any, place: str) -> SafeString:
    """``{% panels thing "side" %}``: what higher rooms add to this page at this place."""
    drawn = panel_book.panels_for(context.get("request"), thing_of(obj), place)
    return SafeString("".join(drawn))


@register.simple_tag(takes_context=True)
def piece(context: template.Context, obj: Any, name: str) -> SafeString | str:
    """``{% piece prd "rules" %}``: the place of a panel that comes later, where this page wants it."""
    return panel_book.piece_of(context.get("request"), thing_of(obj), name)


@register.inclusion_tag("parts/moves.html", takes_context=True)
def moves(context: template.Context, obj: Any, base: str = "") -> dict[str, Any]:
    """``{% moves prd %}``: a button for each move this person may make; a refused one says who can.

    Buttons post to ``{base}{move}/``; `base` is the thing's own page unless given.
    """
    from guard.states import moves_for

    actor = actor_of(context)
    return {
        "offered": sorted(moves_for(obj, actor, with_gates=False), key=_weight) if obj is not None else [],
        "base": base or thing_url(obj),
        "csrf_token": context.get("csrf_token"),
        "row_version": thing_of(obj).row_version,
    }


def _weight(offer: Any) -> int:
    """Where a move stands: what cannot be taken back first, the one that leads on last, as on every page's head."""
    return {"danger": 0, "": 1, "go": 2}.get(offer.move.style, 1)


@register.inclusion_tag("parts/empty.html")
def empty(title: str, sentence: str = "", url: str = "", label: str = "", icon: str = "inbox") -> dict[str, Any]:
    """``{% empty title sentence url label %}``: says what would be here and teaches the next step."""
    return {"title": title, "sentence": sentence, "url": url, "label": label, "icon_name": icon}


@register.filter
def saved_html(html: str | None) -> SafeString:
    """``{{ dataset.description_html|saved_html }}``: HTML that `web.markdown.render` made at save, and nothing else."""
    return SafeString(html or "")


@register.simple_tag
def meter(value: float, target: float, alt: str, style: str = "") -> SafeString:
    """``{% meter 47 64 "47 of 64 people" %}``: a bar with a text alternative."""
    return charts.meter(float(value or 0), float(target or 0), alt=alt, style=style)


@register.simple_tag
def sparkline(values: list[float | None], alt: str) -> SafeString:
    """``{% sparkline values "Visits a day" %}``: a small line in the text."""
    return charts.sparkline(values, alt)


@register.simple_tag(takes_context=True)
def same_page(context: template.Context, **changes: Any) -> str:
    """``{% same_page sort="title" %}``: this address with some parameters changed; None or "" removes one."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return f"?{query.urlencode()}"


@register.filter
def shown(value: Any) -> Any:
    """``{{ value|shown }}``: days, moments, figures and yes/no as a person of this language reads them."""
    from web.cells import show

    return show(value)


@register.filter
def standing_word(reason: str) -> str | Promise:
    """``{{ standing.reason|standing_word }}``: why somebody stands there, in words."""
    from web.words import STANDING_WORDS

    return STANDING_WORDS.get(reason, reason.replace("_", " ").capitalize())


@register.filter(name="day")
def day_filter(at: Any) -> str:
    """``{{ prd.due|day }}``: a day as this language writes it."""
    from web.cells import day

    return day(at) if at else ""


@register.filter(name="short_day")
def short_day_filter(at: Any) -> str:
    """``{{ request.due|short_day }}``: a day without its year."""
    from web.cells import short_day

    return short_day(at) if at else ""


@register.filter(name="day_time")
def day_time_filter(at: Any) -> str:
    """``{{ comment.created_at|day_time }}``: a day with hours and minutes."""
    from web.cells import day_time

    return day_time(at) if at else ""


@register.filter
def need_label(name: str) -> str:
    """The heading of a fact that a move asks for, such as ``reason``."""
    known = {"reason": _("Reason"), "response": _("Answer that everybody may read"), "until": _("Until")}
    return known.get(name, name.replace("_", " ").capitalize())


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``{{ mapping|get:key }}``: a value by a key that is a variable."""
    return mapping.get(key) if mapping else None

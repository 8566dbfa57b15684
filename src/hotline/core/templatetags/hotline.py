"""The tag library of every page: icons, formats, states, fields, tables, tiles. Built in: no {% load %} needed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import forms, template
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from hotline.core import access, clock, live, pages, slots
from hotline.core.templatetags import formats, pieces

register = template.Library()
Context = dict[str, Any]

# What the browser's own modules say; the keys are the names they use.
WORDS = {
    "lost": gettext_noop("Connection lost. What you see may be out of date; trying again…"),
    "back": gettext_noop("Connected again."),
    "held": gettext_noop("Newer data is waiting; it appears when you finish here."),
    "left": gettext_noop("remaining"),
    "near": gettext_noop("nearly due"),
    "over": gettext_noop("overdue by"),
    "age": gettext_noop("as of {age} ago"),
    "saving": gettext_noop("Saving…"),
    "saved": gettext_noop("Draft saved"),
    "unsaved": gettext_noop("Not saved yet; trying again"),
    "restored": gettext_noop("Your draft was restored."),
    "failed": gettext_noop("That did not work. Nothing was lost; please try again."),
    "forbidden": gettext_noop("You may not do this."),
    "offline": gettext_noop("The server cannot be reached."),
    "none": gettext_noop("No match"),
    "filters": gettext_noop("Filters"),
    "searching": gettext_noop("Searching…"),
    "selected": gettext_noop("{n} selected"),
    "close": gettext_noop("Close this window"),
    "copied": gettext_noop("Copied"),
    "remove": gettext_noop("Remove"),
    "too_big": gettext_noop("This file is too large."),
    "phone_closed": gettext_noop("The telephone's window is closed: calls cannot be answered here."),
    "phone_popup": gettext_noop("The browser blocked the telephone's window. Allow windows of this site."),
    "phone_connected": gettext_noop("Connected to the exchange"),
    "phone_connecting": gettext_noop("Connecting to the exchange…"),
    "phone_unreachable": gettext_noop("The exchange cannot be reached; trying again."),
    "phone_refused": gettext_noop("The exchange does not let this telephone in. Load the window again."),
    "phone_microphone": gettext_noop("The browser may not use the microphone. Allow it for this site."),
    "phone_silent": gettext_noop("The browser plays no sound yet. Click once into the telephone's window."),
    "uploading": gettext_noop("Uploading {percent}%"),
    "d": gettext_noop("unit|d"),
    "h": gettext_noop("unit|h"),
    "m": gettext_noop("unit|m"),
    "s": gettext_noop("unit|s"),
}


def _request(context: Context) -> HttpRequest | None:
    found = context.get("request")
    return found if isinstance(found, HttpRequest) else None


def _at(context: Context) -> datetime:
    """The moment this page was asked for; error pages made without a request read the clock."""
    return getattr(_request(context), "at", None) or clock.now()


# ---------------------------------------------------------------- plain helpers


@register.simple_tag
def icon(name: str, label: object = "", css: str = "") -> SafeString:
    """One icon of the sprite; with a label it is read aloud, without it is decoration."""
    return _icon(name, str(label), css)


@lru_cache(maxsize=2048)  # a list of 500 rows draws the same few a thousand times
def _icon(name: str, label: str, css: str) -> SafeString:
    sprite = static("core/build/sprite.svg")
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', css, label, sprite, name
        )
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', css, sprite, name
    )


@register.simple_tag
def sprite_url() -> str:
    """Where the browser's modules find the icons."""
    return static("core/build/sprite.svg")


@register.simple_tag(takes_context=True)
def server_time(context: Context) -> str:
    """The moment of this page for the browser's timers, which never trust their own clock."""
    return _at(context).isoformat()


@register.simple_tag
def clock_speed() -> str:
    """How many shown seconds pass in a real one."""
    return str(float(clock.speed()))


@register.simple_tag(takes_context=True)
def live_version(context: Context) -> int:
    """The newest version of any live topic before this page was read: what moved later, the page fetches again."""
    known: int | None = getattr(_request(context), "live_version", None)
    return live.newest() if known is None else known


@register.simple_tag(takes_context=True)
def cookie(context: Context, name: str, allowed: str) -> str:
    """A cookie's value if it is one of the allowed words (separated by spaces), else nothing."""
    request = _request(context)
    value = request.COOKIES.get(name, "") if request else ""
    return value if value in allowed.split() else ""


@register.simple_tag
def words() -> SafeString:
    """The sentences of the browser's modules in the page's language, as inert data."""
    return json_script({key: gettext(text).removeprefix("unit|") for key, text in WORDS.items()}, "words")


@register.simple_tag
def url_if(name: str, *args: object, **kwargs: object) -> str:
    """The URL of a view, or nothing when no such view is installed."""
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def url_if_admitted(context: Context, name: str) -> str:
    """The URL of a view of an area above, or nothing when there is none or it does not admit the reader."""
    request, url = _request(context), url_if(name)
    permission = getattr(resolve(url).func, "permission", pages.PUBLIC) if url else pages.PUBLIC
    if permission not in {pages.PUBLIC, pages.SIGNED_IN} and not (request and access.may(request.user, permission)):
        return ""
    return url


@register.simple_tag(takes_context=True)
def slot(context: Context, place: str, *arguments: object) -> SafeString:
    """What areas above show at this place: `{% slot "case" case.pk %}`; each fragment is fetched after the page."""
    request = _request(context)
    if request is None:
        return SafeString("")
    found = slots.addresses(slots.Place(place), request.user, *arguments)
    return format_html_join(
        "", '<div hx-get="{}" hx-trigger="load" hx-target="this" hx-swap="outerHTML"></div>', ((url,) for url in found)
    )


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: object) -> str:
    """This page's query string with some values changed; None or "" takes one out. Starts with `?`."""
    request = _request(context)
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


# ---------------------------------------------------------------- formats


@register.filter
def duration(span: timedelta | int | None) -> str:
    """`4分32秒`."""
    return "—" if span is None else formats.duration(span)


@register.filter
def moment(value: datetime | None, beside: datetime | None = None) -> str:
    """`10月12日 周一 14:05`; `{{ x|moment:request.at }}` leaves out today's date and adds another year."""
    return "—" if value is None else formats.moment(value, beside)


@register.filter
def moment_exact(value: datetime | None) -> str:
    """With year and seconds."""
    return "—" if value is None else formats.moment_exact(value)


@register.filter
def day(value: date | datetime | None, beside: date | None = None) -> str:
    """`10月12日 周一`."""
    if value is None:
        return "—"
    return formats.day(clock.local_day(value) if isinstance(value, datetime) else value, beside)


@register.filter
def ago(value: datetime | None, at: datetime) -> str:
    """`3分钟前`: `{{ x|ago:request.at }}`."""
    return "—" if value is None else formats.ago(value, at)


@register.filter
def iso(value: datetime | None) -> str:
    """For `datetime=` and the timers' data attributes."""
    return "" if value is None else value.isoformat()


@register.filter
def phone_masked(number: str | None) -> str:
    """`138****1234`."""
    return formats.phone_masked(number) if number else "—"


@register.filter
def share(numerator: int, denominator: int) -> str:
    """`96.4%`: `{{ done|share:due }}`."""
    return formats.share(numerator, denominator)


@register.simple_tag(takes_context=True)
def when(context: Context, value: datetime | None) -> SafeString | str:
    """A moment as <time>, short beside the page's own moment, exact in the tooltip."""
    if value is None:
        return "—"
    short = formats.moment(value, _at(context))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), formats.moment_exact(value), short
    )


# ---------------------------------------------------------------- states, timers, tiles


@register.inclusion_tag("core/_badge.html")
def badge(label: object, tone: str = "neutral", icon: str = "", css: str = "") -> Context:
    """A small labelled mark: word, colour and icon together."""
    return {"label": label, "tone": tone, "icon_name": icon, "css": css}


@register.filter
def state_badge(value: str, kind: str) -> SafeString:
    """The mark of a state: `{{ case.status|state_badge:"case" }}` (the area has entered the looks of that kind)."""
    look = pieces.look_of(kind, value)
    return _state(look.tone, look.icon, str(look.label))


@lru_cache(maxsize=2048)
def _state(tone: str, icon_name: str, label: str) -> SafeString:
    return format_html('<span class="badge-state tone-{}">{}<span>{}</span></span>', tone, icon(icon_name), label)


NOTHING = format_html('<span class="text-secondary">{}</span>', "—")
# How near the end is: the icon and the word of each level.
LEVELS = {
    "late": ("alert-triangle", gettext_noop("overdue by")),
    "near": ("clock-exclamation", gettext_noop("nearly due")),
    "left": ("clock", gettext_noop("remaining")),
}


@register.simple_tag(takes_context=True)
def countdown(
    context: Context,
    due: datetime | None,
    start: datetime | None = None,
    limit: timedelta | int | None = None,
    css: str = "",
) -> SafeString:
    """Time left to `due`: neutral, amber from 80 % of start..due, red past it with the seconds over."""
    if due is None:
        return NOTHING
    at = _at(context)
    if start is None and limit is not None:
        start = due - timedelta(seconds=formats.seconds_of(limit))
    amber = start is not None and (at - start) * 5 >= (due - start) * 4
    level = "late" if at > due else "near" if amber else "left"
    icon_name, word = LEVELS[level]
    return format_html(
        '<span class="countdown {}" role="timer" data-due="{}"{} data-level="{}" title="{}">{}'
        '<span class="countdown-word">{}</span><span class="countdown-time">{}</span></span>',
        css, due.isoformat(), format_html(' data-start="{}"', start.isoformat()) if start else "", level,
        formats.moment_exact(due), icon(icon_name), gettext(word), formats.duration(abs(due - at)),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def since(context: Context, start: datetime | None, css: str = "") -> SafeString:
    """Time passed since `start`, counting up."""
    if start is None:
        return NOTHING
    return format_html(
        '<span class="since {}" role="timer" data-since="{}" title="{}">{}</span>',
        css, start.isoformat(), formats.moment_exact(start), formats.duration(max(_at(context) - start, timedelta(0))),
    )  # fmt: skip


@register.inclusion_tag("core/_kpi.html", takes_context=True)
def kpi(
    context: Context,
    label: object,
    value: object,
    numerator: object = None,
    denominator: object = None,
    url: str = "",
    definition: object = "",
    goal: object = "",
    tone: str = "neutral",
    key: str = "",
) -> Context:
    """A figure and what it is made of: value, numerator over denominator, the list behind it, its definition."""
    parts = (numerator is not None, denominator is not None)
    return {
        "label": label,
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "fraction": all(parts),
        "url": url,
        "definition": definition,
        "goal": goal,
        "tone": tone,
        "key": key,
        "at": _at(context),
    }


@register.inclusion_tag("core/_empty.html")
def empty(title: object, text: object = "", icon: str = "inbox", url: str = "", action: object = "") -> Context:
    """Why there is nothing here and what to do next."""
    return {"title": title, "text": text, "icon_name": icon, "url": url, "action": action}


@register.inclusion_tag("core/_tabs.html")
def tabs(items: Sequence[pieces.Tab], label: object = "") -> Context:
    """The views of a page as links."""
    return {"items": items, "label": label}


@register.inclusion_tag("core/_timeline.html", takes_context=True)
def timeline(context: Context, items: Iterable[pieces.TimelineItem]) -> Context:
    """What happened, newest or oldest first as given."""
    return {"items": list(items), "at": _at(context)}


@register.inclusion_tag("core/_holdings.html", takes_context=True)
def holdings(context: Context, spans: list[pieces.Held]) -> Context:
    """Who held it from when to when, as bars to scale."""
    at = _at(context)
    return {"bars": pieces.to_scale(spans, at), "at": at}


# ---------------------------------------------------------------- tables


@register.inclusion_tag("core/_sort.html", takes_context=True)
def sort(context: Context, label: object, key: str, css: str = "") -> Context:
    """A column header that sorts: `?sort=key`, again for `?sort=-key`; the page goes back to the first."""
    request = _request(context)
    current = request.GET.get("sort", "") if request else ""
    direction = "ascending" if current == key else "descending" if current == f"-{key}" else "none"
    url = with_query(context, sort=f"-{key}" if current == key else key, page=None)
    return {"label": label, "url": url, "direction": direction, "css": css}


def _numbers(number: int, last: int) -> list[int]:
    """First, last, the page itself and its neighbours; 0 stands for a gap."""
    near = sorted({1, last, *range(max(1, number - 1), min(last, number + 1) + 1)})
    gaps: list[int] = []
    for one in near:
        if gaps and one - gaps[-1] > 1:
            gaps.append(0)
        gaps.append(one)
    return gaps


@register.inclusion_tag("core/_pagination.html", takes_context=True)
def pagination(context: Context, rows: pages.Slice, export_url: str = "") -> Context:
    """Row count, page links, and the way to the spreadsheet with the same filters."""
    request = _request(context)
    last = max(rows.last, rows.number)
    return {
        "slice": rows,
        "links": [
            {
                "number": number,
                "url": with_query(context, page=number) if number else "",
                "current": number == rows.number,
            }
            for number in _numbers(rows.number, last)
        ],
        "before": with_query(context, page=rows.number - 1) if rows.number > 1 else "",
        "after": with_query(context, page=rows.number + 1) if rows.number < rows.last or rows.more else "",
        "export": f"{export_url}?{request.GET.urlencode()}" if export_url and request else export_url,
    }


# ---------------------------------------------------------------- forms

_CHECKS = (forms.CheckboxInput,)
_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def _css_of(widget: forms.Widget) -> str:
    if isinstance(widget, _CHECKS):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


@register.inclusion_tag("core/_field.html")
def field(bound: forms.BoundField, css: str = "", label: object = "", hint: object = "") -> Context:
    """One field of a form: label above, required mark, the widget, help, errors, tied together for screen readers."""
    widget = bound.field.widget
    told = [f"{bound.auto_id}_error"] if bound.errors else []
    help_text = hint or bound.help_text
    told += [f"{bound.auto_id}_help"] if help_text else []
    attrs: dict[str, Any] = {"class": f"{widget.attrs.get('class', '')} {_css_of(widget)}".strip()}
    if told:
        attrs["aria-describedby"] = " ".join(told)
    if bound.errors:
        attrs["class"] += " is-invalid"
        attrs["aria-invalid"] = "true"
    return {
        "bound": bound,
        "widget": bound.as_widget(attrs=attrs),
        "label": label or bound.label,
        "help": help_text,
        "group": isinstance(widget, _GROUPS),
        "single": not isinstance(widget, forms.CheckboxSelectMultiple),
        "check": isinstance(widget, _CHECKS),
        "hidden": bound.is_hidden,
        "required": bound.field.required,
        "css": css,
    }


@register.inclusion_tag("core/_form_fields.html")
def form_fields(form: forms.BaseForm) -> Context:
    """A whole form, one column, with what is wrong as a whole said first."""
    return {"form": form, "refused": form.non_field_errors()}

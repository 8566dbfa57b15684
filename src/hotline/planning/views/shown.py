"""What the pages of planning share: tabs, the series that is looked at, figures in words."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.pages import Request
from hotline.core.templatetags.pieces import Tab
from hotline.planning.models import Series
from hotline.planning.queries import forecasts


def tabs_of(active: str) -> list[Tab]:
    """The pages of planning, one beside the other."""
    names = [
        ("day", gettext("The day")),
        ("tomorrow", gettext("Tomorrow")),
        ("forecast", gettext("Forecast")),
        ("staffing", gettext("Staffing")),
        ("series", gettext("History")),
    ]
    return [Tab(label, reverse(f"planning:{name}"), name == active) for name, label in names]


def chosen(request: Request, listed: list[Series]) -> Series | None:
    """The series that ?series= asks for, else the first."""
    wish = request.GET.get("series", "")
    return next((one for one in listed if str(one.pk) == wish), listed[0] if listed else None)


def listed_and_chosen(request: Request) -> tuple[list[Series], Series | None]:
    """All that the person may see, and the one he looks at."""
    listed = forecasts.series_of(request.user)
    return listed, chosen(request, listed)


def percent(value: Fraction | Decimal | None, digits: int = 1) -> str:
    """A share in percent; a dash where there is nothing to tell."""
    if value is None:
        return "—"
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    return f"{exact * 100:.{digits}f}%"


def heads(value: Fraction | None) -> str:
    """Heads with one place, none where they are whole."""
    if value is None:
        return "—"
    rounded = Fraction(round(value * 10), 10)
    return str(rounded.numerator) if rounded.denominator == 1 else f"{float(rounded):.1f}"


def signed(value: Fraction) -> str:
    """A balance with its sign."""
    word = heads(abs(value))
    if word == "0":
        return "0"
    return f"+{word}" if value > 0 else f"−{word}"


def yuan(fen: int) -> str:
    """An amount as people read it."""
    return f"¥{Decimal(fen) / 100:,.2f}" if fen % 100 else f"¥{fen // 100:,}"


def seconds(value: float | Fraction) -> int:
    """Whole seconds."""
    return round(value)


def tone(share: Fraction | None, goal: Fraction) -> str:
    """Green at the goal, amber within five points of it, red below; neutral where nothing is known."""
    if share is None:
        return "neutral"
    if share >= goal:
        return "green"
    return "amber" if share >= goal - Fraction(1, 20) else "red"


def topic(request: Request) -> str:
    """What makes a page of planning out of date."""
    centre = request.user.centre_id
    return f"planning:{centre} roster:{centre} presence:{centre}"


def day_word(day: date) -> datetime:
    """A day as the moment that the filters of days take."""
    return clock.wall(day)

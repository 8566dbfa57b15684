"""Something real for every argument of the addresses of rosters."""

from datetime import date
from typing import Any

from hotline.core import clock
from hotline.kernel.spans import Span
from hotline.people.tests import builders as people
from hotline.rosters.logic.plans import BookingKind, Origin
from hotline.rosters.models import PatternKeeper, ShiftType
from hotline.rosters.queries.plans import Change
from hotline.rosters.services import bookings, changes, drafts, patterns, pricing, wishes

FIRST = date(2026, 5, 1)
NINE = clock.wall(date(2026, 3, 9), 9)


def arguments(town: Any, case: Any) -> dict[str, dict[str, object]]:
    """An open month, a booking, a pattern that is kept, a wish and a question about a change."""
    system, day = people.system(town.centre), FIRST.replace(day=11)
    plan = drafts.open_month(centre=town.centre, first=FIRST, origin=Origin.EMPTY, by=system, at=NINE)
    span = Span(clock.wall(day, 10), clock.wall(day, 11))
    booking = bookings.book(
        centre=town.centre, kind=BookingKind.MEETING, title="班会", span=span, people=[town.second.pk], by=system,
        at=NINE,
    )  # fmt: skip
    turn = patterns.make_pattern(centre=town.centre, name="做二休二", turn=["early", ""], by=system, at=NINE)
    patterns.keep_pattern(pattern_id=turn.pk, people=[town.second.pk], begins=FIRST, by=system, at=NINE)
    wish = wishes.wish(person=town.second, day=day, code="", is_against=False, weight=1, by=town.second, at=NINE)
    change = changes.ask_change(
        person=town.second, day=day, after=plan_shift(town), reason="人手不足", by=system, at=NINE
    )
    drafts.place(plan_id=plan.pk, changes=[Change(town.second.pk, day, "early")], reason="人手不足", by=system, at=NINE)
    price = pricing.ask_price(plan_id=plan.pk, person_id=town.second.pk, day=day, by=system, at=NINE)
    by_plan: dict[str, object] = {"pk": plan.pk, "person_id": town.second.pk, "day": f"{day}"}
    pages = (
        "plan",
        "export",
        "discard",
        "place",
        "release",
        "day",
        "plan_cell",
        "solve",
        "stop",
        "publish",
        "confirm",
        "ask_price",
    )
    return {f"rosters:{page}": by_plan for page in pages} | {
        "rosters:cancel_booking": {"pk": booking.pk},
        "rosters:end_keeping": {"pk": PatternKeeper.objects.get(pattern=turn).pk},
        "rosters:unwish": {"pk": wish.pk},
        "rosters:price": {"pk": price.pk},
        "rosters:answer": {"pk": change.pk},
        "rosters:withdraw": {"pk": change.pk},
        "rosters:feed": {"token": "nothing"},
    }


def plan_shift(town: Any) -> ShiftType:
    """A shift of that centre."""
    return ShiftType.objects.get(centre=town.centre, code="late")

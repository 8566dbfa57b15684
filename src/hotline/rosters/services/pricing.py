"""What a wish would cost: asked by a planner, told of as the solver goes, written down (B2.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hotline.core import events, live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.rosters.events import PriceAsked
from hotline.rosters.models import PriceOutcome, Wish, WishPrice
from hotline.rosters.queries import duty, prices
from hotline.rosters.services import common

SECONDS = 15  # for one wish: the roster around it is planned anew, part after part


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it. `rules` and `changes` as the columns of `WishPrice`."""

    outcome: PriceOutcome
    cost: int | None = None
    is_exact: bool = False
    rules: Sequence[Mapping[str, Any]] = field(default_factory=list)
    changes: Sequence[Mapping[str, Any]] = field(default_factory=list)


@transaction.atomic
def ask_price(*, plan_id: int, person_id: int, day: date, by: Person, at: datetime) -> WishPrice:
    """Let the solver find out what meeting a wish would cost; a question that is open already is that question."""
    plan = common.locked_plan(plan_id)
    authorize(by, "rosters.plan", plan.centre)
    common.refuse_unless_open(plan)
    if not Wish.objects.filter(person=person_id, day=day).exists():
        raise Refused(Refusal("B2.2", gettext_noop("Nobody wishes anything of that day any more.")))
    held = Person.objects.get(pk=person_id).standing_on(day)
    if not held.is_any(*duty.SERVES):
        note = gettext_noop("Only the shifts of the desk are planned by the solver: give this shift by hand.")
        raise Refused(Refusal("B2.2", note))
    if not plan.entries.exists():
        raise Refused(Refusal("B2.2", gettext_noop("Nothing is planned yet: let the solver plan the month first.")))
    known = WishPrice.objects.filter(plan=plan, person=person_id, day=day, ended_at__isnull=True).first()
    if known is not None:
        return known
    row = WishPrice.objects.create(
        plan=plan, person_id=person_id, day=day, asked_at=at, asked_by=by, seconds=SECONDS, edits=plan.edits
    )
    events.emit(PriceAsked(row.pk), at=at)
    _touch(row, is_whole=True)
    return row


@transaction.atomic
def begin_price(*, price_id: int, by: Person, at: datetime) -> WishPrice | None:
    """A worker takes it up, or takes it up again after a restart; None when it has ended meanwhile."""
    row = _locked(price_id)
    authorize(by, "rosters.plan", row.plan.centre)
    if row.ended_at is not None:
        return None
    row.began_at = at
    row.save(update_fields=["began_at"])
    _touch(row)
    return row


@transaction.atomic
def tell_price(*, price_id: int, cost: int, by: Person, at: datetime) -> None:
    """It costs so much at most, as far as the search knows by now."""
    row = _locked(price_id)
    authorize(by, "rosters.plan", row.plan.centre)
    row.cost = cost
    row.save(update_fields=["cost"])
    _touch(row)


@transaction.atomic
def keep_price(*, price_id: int, answer: Answer, by: Person, at: datetime) -> None:
    """Write down what came of it; twice it changes nothing."""
    row = _locked(price_id)
    authorize(by, "rosters.plan", row.plan.centre)
    if row.ended_at is not None:
        return
    row.ended_at, row.outcome, row.cost, row.is_exact = at, answer.outcome, answer.cost, answer.is_exact
    row.rules, row.changes = list(answer.rules), list(answer.changes)
    row.save(update_fields=["ended_at", "outcome", "cost", "is_exact", "rules", "changes"])
    _touch(row, is_whole=True)


def _locked(price_id: int) -> WishPrice:
    return WishPrice.objects.select_for_update(of=("self",)).select_related("plan__centre").get(pk=price_id)


def _touch(row: WishPrice, *, is_whole: bool = False) -> None:
    """The answer fetches itself again; the whole month, which is dear to draw, only at the beginning and the end."""
    live.touch(prices.topic(row), *([common.topic(row.plan)] if is_whole else []))

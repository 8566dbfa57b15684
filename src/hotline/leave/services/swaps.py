"""Swaps of shifts (D2.11): asked of a colleague, agreed by him, approved by the supervisor, made in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from hotline.approvals import services as approvals
from hotline.approvals.services import Outcome
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.leave.models import Side, Swap, SwapShift, SwapStatus
from hotline.leave.models.swaps import SWAP_SUBJECT
from hotline.leave.queries import facts
from hotline.leave.queries import swaps as queries
from hotline.people.models import Person, Position
from hotline.people.services import notices
from hotline.rosters.models import RosterEntry
from hotline.rosters.services import handing
from hotline.rulebook import swaps as rules
from hotline.rulebook.swaps import SwapKind

W = SwapStatus
CLAUSE = rules.CLAUSE
GONE = _("The roster has changed since: one of these shifts is not as it was. Ask again.")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Which shifts (keys of roster entries) go which way."""

    given: Sequence[int] = ()
    taken: Sequence[int] = ()
    repays_id: int | None = None
    kind: SwapKind = field(default=SwapKind.SINGLE)


@transaction.atomic
def ask_swap(*, partner: Person, exchange: Exchange, reason: str, by: Person, at: datetime) -> Swap:
    """Ask a colleague to take over a shift, two in a row, or to be paid back by one of his; he has to agree first.

    The quota of the month or year is counted under a lock of both people, so it cannot be overdrawn.
    """
    authorize(by, "leave.swap", partner)
    _lock(by.pk, partner.pk)
    given, taken = _entries(exchange.given, by), _entries(exchange.taken, partner)
    debt = _debt(exchange, by, partner)
    owed = debt.shifts.filter(side=Side.GIVEN).count() if debt else 0
    refuse_if([*queries.read(by, exchange.kind, given, taken, at, owed, partner), *_reason(reason)])
    row = Swap(
        kind=exchange.kind.value, asker=by, partner=partner, reason=reason.strip(), asked_at=at, repays=debt,
        month=(given or taken)[0].day.replace(day=1),
    )  # fmt: skip
    begin(row, W.WISHED, by=by, at=at)
    row.save(force_insert=True)
    SwapShift.objects.bulk_create(
        SwapShift(swap=row, side=side, entry=entry, shift_type=entry.shift_type, day=entry.day, span=entry.span)
        for side, entries in ((Side.GIVEN, given), (Side.TAKEN, taken))
        for entry in entries
    )
    told = _("{name} would like to swap shifts with you: say whether you can.")
    notices.notify(to=partner, text=told, params={"name": by.name}, link=link(row), by=by, at=at)
    _touch(row)
    return row


def _lock(*ids: int) -> None:
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    list(rows.values_list("pk"))


def _entries(ids: Sequence[int], of: Person) -> list[RosterEntry]:
    found = RosterEntry.objects.filter(pk__in=ids, person=of).select_related("shift_type", "person")
    rows = list(found.order_by("day"))
    if len(rows) != len(set(ids)):
        raise Refused(Refusal(CLAUSE, _("Choose shifts that are in the roster."), {"field": "given"}))
    return rows


def _debt(exchange: Exchange, by: Person, partner: Person) -> Swap | None:
    if exchange.kind is not SwapKind.PAY_BACK:
        return None
    row = next((one for one in queries.owed_by(by) if one.pk == exchange.repays_id), None)
    if row is None or row.partner_id != partner.pk:
        raise Refused(Refusal(CLAUSE, _("You owe this colleague no shift.")))
    if Swap.objects.filter(repays=row, status__in=[W.WISHED, W.AGREED]).exists():
        raise Refused(Refusal(CLAUSE, _("You have asked already to pay this back.")))
    return row


def _reason(reason: str) -> list[Refusal]:
    if reason.strip():
        return []
    return [Refusal(CLAUSE, _("Say why you want to swap."), {"field": "reason"})]


def link(row: Swap) -> str:
    """Where a swap is looked at, answered and decided."""
    return reverse("leave:swap", args=[row.pk])


def _touch(row: Swap) -> None:
    centre = row.asker.centre_id
    live.touch(f"swaps:{centre}", f"leaves:{row.asker_id}", f"leaves:{row.partner_id}", f"{SWAP_SUBJECT}:{row.pk}")


def _locked(swap_id: int) -> Swap:
    asker, partner = Swap.objects.values_list("asker", "partner").get(pk=swap_id)
    _lock(asker, partner)
    rows = Swap.objects.select_for_update(of=("self",)).select_related("asker__centre", "partner", "repays")
    return rows.get(pk=swap_id)


@transaction.atomic
def answer(*, swap_id: int, agrees: bool, note: str = "", by: Person, at: datetime) -> Swap:
    """The colleague agrees, and the swap is put before the supervisor; or he cannot, and it is over."""
    row = _locked(swap_id)
    authorize(by, "leave.answer_swap", row)
    if not agrees:
        move(row, W.DECLINED, by=by, at=at, note=note.strip())
        _tell(row, [row.asker], _("{name} cannot swap with you."), by, at)
        return row
    move(row, W.AGREED, by=by, at=at, note=note.strip())
    today = local_day(at)
    chain = facts.chain_of(row.asker, rules.SWAPS.on(today).chain, today)
    text = _("{name} and {partner} want to swap shifts. It waits for your approval.")
    params = {"name": row.asker.name, "partner": row.partner.name}
    approvals.open_chain(
        subject=SWAP_SUBJECT, subject_id=row.pk, asker=row.asker, steps=facts.steps_of(chain, today), text=text,
        params=params, link=link(row), by=by, at=at,
    )  # fmt: skip
    _tell(row, [row.asker], _("{name} agrees to swap: the supervisor decides now."), by, at)
    _touch(row)
    return row


@transaction.atomic
def decide_swap(*, swap_id: int, is_yes: bool, note: str = "", by: Person, at: datetime) -> Swap:
    """Approve or refuse; approved, both rosters change in this transaction or nothing does."""
    row = _locked(swap_id)
    authorize(by, "leave.decide_swap", row)
    outcome = approvals.decide(subject=SWAP_SUBJECT, subject_id=row.pk, is_yes=is_yes, note=note, by=by, at=at)
    if outcome is Outcome.REFUSED:
        move(row, W.REFUSED, by=by, at=at, note=note.strip())
        _tell(row, [row.asker, row.partner], _("The swap of shifts is not approved: {note}"), by, at, note=note.strip())
    elif outcome is Outcome.APPROVED:
        _make(row, note, by, at)
    _touch(row)
    return row


def _make(row: Swap, note: str, by: Person, at: datetime) -> None:
    shifts = list(row.shifts.select_related("entry", "shift_type"))
    moves: dict[int, Person] = {}
    for one in shifts:
        owner, to = (row.asker, row.partner) if one.side == Side.GIVEN else (row.partner, row.asker)
        entry = one.entry
        if entry is None or entry.person_id != owner.pk or entry.span != one.span:
            raise Refused(Refusal(CLAUSE, GONE))
        moves[entry.pk] = to
    handing.hand_over(moves=moves, reason=row.reason, by=by, at=at)
    given = [one.day for one in shifts if one.side == Side.GIVEN]
    if given and len(given) == len(shifts):
        today = local_day(at)
        row.pay_back_by = rules.pay_back_due.on(today)(max(given), queries.terms_of(row.asker.centre_id, today))
    move(row, W.MADE, by=by, at=at, note=note.strip(), also=("pay_back_by",))
    if row.repays_id:
        debt = Swap.objects.select_for_update(of=("self",)).get(pk=row.repays_id)
        debt.paid_back_at = at
        debt.save(update_fields=["paid_back_at"])
    _tell(row, [row.asker, row.partner], _("The swap of shifts is approved: your roster has changed."), by, at)


def _tell(row: Swap, to: Sequence[Person], text: str, by: Person, at: datetime, **params: object) -> None:
    values: Mapping[str, object] = {"name": by.name, **params}
    for person in to:
        notices.notify(to=person, text=text, params=values, link=link(row), by=by, at=at)
    _touch(row)


@transaction.atomic
def withdraw_swap(*, swap_id: int, note: str = "", by: Person, at: datetime) -> Swap:
    """Whoever asked takes it back; the program when its shift has begun. The quota is free again."""
    row = _locked(swap_id)
    authorize(by, "leave.withdraw_swap", row)
    if row.status == W.AGREED:
        approvals.withdraw(subject=SWAP_SUBJECT, subject_id=row.pk, note=note, by=by, at=at)
    move(row, W.WITHDRAWN, by=by, at=at, note=note)
    _tell(row, [row.partner if by.pk == row.asker_id else row.asker], _("A swap of shifts was taken back."), by, at)
    return row


@transaction.atomic
def tell_overdue(*, swap_id: int, by: Person, at: datetime) -> bool:
    """A shift was not paid back in time: both sides and the supervisors learn of it, once: a task, never a fine."""
    row = _locked(swap_id)
    authorize(by, "leave.watch_swaps", row)
    today = local_day(at)
    if row.paid_back_at or row.overdue_told_at or row.pay_back_by is None or row.pay_back_by >= today:
        return False
    row.overdue_told_at = at
    row.save(update_fields=["overdue_told_at"])
    told = _("{asker} was to pay back a shift to {partner} by {day}: agree on one of these days.")
    params = {"asker": row.asker.name, "partner": row.partner.name, "day": row.pay_back_by.isoformat()}
    leaders = Person.objects.filter(centre=row.asker.centre_id, is_active=True)
    people = [row.asker, row.partner, *leaders.holding(Position.CENTRE_SUPERVISOR, on=today)]
    for person in {one.pk: one for one in people}.values():
        notices.notify(to=person, text=told, params=params, link=link(row), by=by, at=at)
    _touch(row)
    return True

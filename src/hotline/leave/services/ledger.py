"""The ledger of annual leave (D4.4): what the law gives, what is taken, what is given back, what HR changes."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.leave.models import Allowance, BalanceEntry, EntryKind, Leave, WorkHistory
from hotline.leave.queries import balances
from hotline.people.models import Centre, Person
from hotline.rulebook import leave as rules
from hotline.rulebook.leave import Code

E = EntryKind
MOST_CHANGE = 60  # half days in one correction
CLAUSE = "D4.4"


@transaction.atomic
def post_grants(*, person: Person, year: int, by: Person, at: datetime) -> int:
    """Bring the ledger of a year to what the law gives by years of work in all; how many entries that took.

    Entries are never changed: where years of work were corrected, the difference is posted.
    """
    authorize(by, "leave.post_grants", person)
    list(Person.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))
    due: dict[date, int] = {}
    for grant in balances.due_grants(person, year):
        due[grant.on] = due.get(grant.on, 0) + grant.half_days
    posted = balances.posted_grants(person, year)
    new = [
        BalanceEntry(
            person=person, year=year, on=on, half_days=due.get(on, 0) - posted.get(on, 0), why=E.GRANT, by=by, at=at
        )
        for on in sorted({*due, *posted})
        if due.get(on, 0) != posted.get(on, 0)
    ]
    BalanceEntry.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def set_work_history(*, person: Person, works_since: date, by: Person, at: datetime) -> WorkHistory:
    """Write down since when somebody has worked anywhere; this year's and next year's entitlement follow."""
    authorize(by, "leave.keep_balances", person)
    today = local_day(at)
    if works_since > (person.joined_on or today):
        note = _("Nobody began to work after he joined us.")
        raise Refused(Refusal(CLAUSE, note, {"field": "works_since"}))
    row, _made = WorkHistory.objects.update_or_create(
        person=person, defaults={"works_since": works_since, "set_by": by, "set_at": at}
    )
    post_grants(person=person, year=today.year, by=by, at=at)
    if balances.posted_grants(person, today.year + 1):
        post_grants(person=person, year=today.year + 1, by=by, at=at)
    live.touch(f"leave:{person.centre_id}", f"leaves:{person.pk}")
    return row


@transaction.atomic
def change(*, person: Person, year: int, half_days: int, why: str, note: str, by: Person, at: datetime) -> BalanceEntry:
    """Carry days over from another year or correct a balance, with the reason; nobody his own."""
    authorize(by, "leave.keep_balances", person)
    list(Person.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))
    refuse_if(_change_faults(half_days, why, note))
    row = BalanceEntry.objects.create(
        person=person, year=year, on=date(year, 1, 1), half_days=half_days, why=why, note=note.strip(), by=by, at=at
    )
    live.touch(f"leave:{person.centre_id}", f"leaves:{person.pk}")
    return row


def _change_faults(half_days: int, why: str, note: str) -> list[Refusal]:
    found = []
    if not half_days or abs(half_days) > MOST_CHANGE:
        found.append(Refusal(CLAUSE, _("Give between half a day and thirty days."), {"field": "half_days"}))
    if why not in {E.CARRIED, E.CORRECTION}:
        found.append(Refusal(CLAUSE, _("Choose whether it is carried over or corrected."), {"field": "why"}))
    if not note.strip():
        found.append(Refusal(CLAUSE, _("Say why the balance changes."), {"field": "note"}))
    return found


def settle(*, leave: Leave, by: Person, at: datetime) -> None:
    """Bring what the ledger holds of a granted leave to what is counted of it now, year by year."""
    if leave.kind == Code.ANNUAL.value:
        _post(leave, _wanted(leave), by, at)


def give_back(*, leave: Leave, by: Person, at: datetime) -> None:
    """Nothing of this leave is taken any more."""
    if leave.kind == Code.ANNUAL.value:
        _post(leave, {}, by, at)


def _wanted(leave: Leave) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for day, half_days in leave.days.values_list("day", "half_days"):
        found[day.year] = found.get(day.year, 0) + half_days
    return found


def _post(leave: Leave, wanted: Mapping[int, int], by: Person, at: datetime) -> None:
    taken = balances.taken_by_year(leave)
    for year in sorted({*wanted, *taken}):
        more = wanted.get(year, 0) - taken.get(year, 0)
        if more:
            BalanceEntry.objects.create(
                person=leave.person, year=year, on=max(leave.first, date(year, 1, 1)), half_days=-more,
                why=E.TAKEN if more > 0 else E.BACK, leave=leave, by=by, at=at,
            )  # fmt: skip


@transaction.atomic
def set_allowance(
    *, centre: Centre, kind: str, half_days: int, since: date, source: str, by: Person, at: datetime
) -> Allowance:
    """How much a kind gives in this centre from a day on; never less than the law's floor."""
    authorize(by, "leave.keep_balances", centre)
    known = rules.kinds(since).get(kind)
    if known is None or known.has_balance:
        raise Refused(Refusal(CLAUSE, _("Choose a kind of leave with a fixed length."), {"field": "kind"}))
    if half_days < (known.floor or rules.HALF):
        note = _("The law gives at least {days} days.")
        params = {"days": rules.in_days(known.floor or rules.HALF), "field": "half_days"}
        raise Refused(Refusal(known.clause, note, params))
    if not source.strip():
        raise Refused(Refusal(known.clause, _("Name the rule that says so."), {"field": "source"}))
    row, _made = Allowance.objects.update_or_create(
        centre=centre, kind=kind, since=since, defaults={"half_days": half_days, "source": source.strip()}
    )
    live.touch(f"leave:{centre.pk}")
    return row

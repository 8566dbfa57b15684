"""Hand-overs as lists: what waits for somebody, the shift leader's day, all records, one record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from hotline.cases.models import Holding
from hotline.core.clock import local_day
from hotline.handover import logic
from hotline.handover.logic import Kind, Standing
from hotline.handover.models import Handover, HandoverItem, HandoverStatus
from hotline.handover.queries import duty
from hotline.people.models import Centre, Person
from hotline.people.queries import matches
from hotline.promises.models import Promise
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries import duty as rosters

WEEK = timedelta(days=7)
MOST_ROWS = 300  # shifts that the leader's page shows
MOST_EXPORTED = 10_000
SHOWN = ("handover__person", "handover__entry__shift_type", "case__category", "promise__customer", "to", "status_by")


def still_there(rows: QuerySet[HandoverItem]) -> QuerySet[HandoverItem]:
    """Items whose thing is still in the hands of whoever hands it over."""
    held = Holding.objects.open().filter(case=OuterRef("case"), person=OuterRef("handover__person"))
    owed = Promise.objects.owed().filter(pk=OuterRef("promise"), owner=OuterRef("handover__person"))
    return rows.filter(Q(kind=Kind.NOTE) | Q(Exists(held), kind=Kind.CASE) | Q(Exists(owed), promise__isnull=False))


def gone(centre: Centre) -> list[HandoverItem]:
    """Items that still wait although their thing has gone another way."""
    rows = HandoverItem.objects.filter(status__in=["offered", "escalated", "declined"], handover__centre=centre)
    here = still_there(rows).values("pk")
    return list(rows.exclude(pk__in=here).select_related("handover"))


def inbox(person: Person, at: datetime) -> list[HandoverItem]:
    """What waits for the person: offered to him by name, then to whoever of the same trade comes first."""
    rows = HandoverItem.objects.filter(
        status__in=[Standing.OFFERED, Standing.ESCALATED],
        handover__centre=person.centre_id,
        handover__day__gte=local_day(at - WEEK),
    ).exclude(handover__person=person.pk)
    trade = duty.trade_of(person, at)
    alike = Person.objects.holding(*trade, on=local_day(at)).values("pk")
    anybody = Q(to__isnull=True, handover__person__in=alike)
    found = still_there(rows.filter(Q(to=person.pk) | anybody)).select_related(*SHOWN)
    return list(found.order_by(F("to").asc(nulls_last=True), "handover__ends_at", "pk"))


def count_waiting(person: Person, at: datetime) -> int:
    """How many things wait for the person by name."""
    rows = HandoverItem.objects.filter(
        status__in=[Standing.OFFERED, Standing.ESCALATED], to=person.pk, handover__day__gte=local_day(at - WEEK)
    )
    return still_there(rows).count()


def taken_over(person: Person) -> QuerySet[HandoverItem]:
    """What the person took over and has told no result of."""
    rows = HandoverItem.objects.filter(to=person.pk, status=Standing.ACCEPTED, result_at__isnull=True)
    return rows.select_related(*SHOWN).order_by("-status_at", "-pk")


@dataclass(frozen=True, slots=True)
class DayRow:
    """One person's shift as the shift leader sees it."""

    entry: RosterEntry
    record: Handover | None
    in_hand: int
    promises: int
    counts: Mapping[str, int]

    @property
    def open(self) -> int:
        """What he would leave behind."""
        return self.in_hand + self.promises

    @property
    def is_signed(self) -> bool:
        """Whether he has signed off."""
        return self.record is not None and self.record.status == HandoverStatus.SIGNED


@dataclass(frozen=True, slots=True)
class Day:
    """Everybody's hand-over of a day, in the order in which the leader has to look at them."""

    rows: list[DayRow]
    signed: int
    due: int  # shifts that have come to their end
    planned: int
    open: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more shifts than are shown."""
        return self.planned > len(self.rows)


def day_of(centre: Centre | int, day: date, at: datetime) -> Day:
    """The shifts of a day: who signed off and who did not, with what is still open. Four queries."""
    entries = list(
        RosterEntry.objects.filter(person__centre=centre, day=day, person__is_active=True)
        .select_related("person", "shift_type")
        .order_by("span", "person__name_key")
    )
    people = [entry.person_id for entry in entries]
    records = {row.entry_id: row for row in Handover.objects.filter(entry__in=entries).select_related("person")}
    cases = duty.in_hand(people)
    owed = _owed(people, entries)
    standings = _standings(records.values())
    rows = [
        DayRow(
            entry,
            record := records.get(entry.pk),
            cases.get(entry.person_id, 0),
            owed.get(entry.person_id, 0),
            standings.get(record.pk, {}) if record else {},
        )
        for entry in entries
    ]
    rows.sort(key=lambda row: (_rank(row, at), row.entry.span.upper, row.entry.person.name_key))
    return Day(
        rows=rows[:MOST_ROWS],
        signed=sum(row.is_signed for row in rows),
        due=sum(row.entry.span.upper <= at for row in rows),
        planned=len(rows),
        open=sum(row.open for row in rows if row.entry.span.upper <= at + logic.ESCALATE_BEFORE),
    )


def _rank(row: DayRow, at: datetime) -> int:
    """First who has gone or goes with something in hand, then who goes, then who is signed off, then the others."""
    ending = logic.is_ending(rosters.span_of(row.entry.span), at)
    if ending and row.open and not row.is_signed:
        return 0
    if ending and not row.is_signed:
        return 1
    return 3 if row.is_signed else 2


def _owed(people: list[int], entries: Iterable[RosterEntry]) -> dict[int, int]:
    """Promises of these people that fall due before the next day is over."""
    ends = [entry.span.upper for entry in entries]
    if not ends:
        return {}
    rows = Promise.objects.owed().filter(owner__in=people, due_at__lt=max(ends) + timedelta(hours=16)).order_by()
    return {row["owner"]: row["n"] for row in rows.values("owner").annotate(n=Count("pk"))}


def _standings(records: Iterable[Handover]) -> dict[int, dict[str, int]]:
    rows = HandoverItem.objects.filter(handover__in=[row.pk for row in records]).order_by()
    found: dict[int, dict[str, int]] = {}
    for row in rows.values("handover", "status").annotate(n=Count("pk")):
        found.setdefault(row["handover"], {})[row["status"]] = row["n"]
    return found


def escalated(centre: Centre | int, at: datetime) -> list[HandoverItem]:
    """The shift leader's list: what nobody has accepted, the soonest end of shift first."""
    rows = HandoverItem.objects.filter(
        status=Standing.ESCALATED, handover__centre=centre, handover__day__gte=local_day(at - WEEK)
    )
    return list(still_there(rows).select_related(*SHOWN).order_by("handover__ends_at", "pk")[:MOST_ROWS])


COLUMNS = {"day": "day", "person": "person__name_key", "status": "status", "items": "n_items", "signed": "status_at"}


def listed(reader: Person, chosen: Mapping[str, Any]) -> QuerySet[Handover]:
    """Records one may see, as a list of a page narrows them, each with its numbers of items."""
    rows = Handover.objects.visible_to(reader).select_related("person", "entry__shift_type", "status_by")
    if chosen.get("since"):
        rows = rows.filter(day__gte=chosen["since"])
    if chosen.get("until"):
        rows = rows.filter(day__lte=chosen["until"])
    if chosen.get("status"):
        rows = rows.filter(status=chosen["status"])
    if chosen.get("q"):
        rows = rows.filter(person__in=Person.objects.filter(matches(chosen["q"])).values("pk"))
    if chosen.get("open"):
        waiting = HandoverItem.objects.filter(
            handover=OuterRef("pk"), status__in=[Standing.OFFERED, Standing.ESCALATED, Standing.DECLINED]
        )
        rows = rows.filter(Exists(waiting))
    return rows.annotate(
        n_items=Count("items", distinct=True),
        n_accepted=Count("items", filter=Q(items__status=Standing.ACCEPTED), distinct=True),
        n_kept=Count("items", filter=Q(items__status=Standing.KEPT), distinct=True),
        n_told=Count("items", filter=Q(items__result_at__isnull=False), distinct=True),
    )


def items_of(record: Handover) -> list[HandoverItem]:
    """The items of a record with all that its page says."""
    return list(record.items.select_related(*SHOWN, "result_by").order_by("pk"))


def passed_with(case_id: int) -> list[HandoverItem]:
    """How a case went from hand to hand at ends of shifts, the latest first."""
    rows = HandoverItem.objects.filter(case=case_id, kind=Kind.CASE).exclude(status=Standing.SETTLED)
    return list(rows.select_related("handover__person", "to", "result_by").order_by("-pk")[:5])

"""Rewards, and the ranking of half-years and years from which some of them follow (A7.11, D3.15, D5)."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import QuerySet

from hotline.appraisal.models import Award, AwardKind, MatterStatus, Period, PeriodStatus, Sheet
from hotline.appraisal.queries.facts import ROLES
from hotline.handbook.queries import values_on
from hotline.people.models import Person
from hotline.rulebook.ranking import Months, Place, ranking, reward_proposals

# Months that everybody was shown: the running one, and one that is only computed, rank nobody.
FINISHED = (PeriodStatus.SHOWN, PeriodStatus.CONFIRMED, PeriodStatus.CLOSED)
STANDING = (MatterStatus.PROPOSED, MatterStatus.CONFIRMED)
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
LONGER = re.compile(r"([0-9]{4})(?:-(H[12]))?", re.ASCII)
MOST = 200


def is_month(period: str) -> bool:
    """2026-10, and not 2026-H2 or 2026."""
    return MONTH.fullmatch(period) is not None


def begins(period: str) -> date | None:
    """Its first day; None for what is no period."""
    if found := MONTH.fullmatch(period):
        return date(int(found[1]), int(found[2]), 1)
    if found := LONGER.fullmatch(period):
        return date(int(found[1]), 7 if found[2] == "H2" else 1, 1)
    return None


def months_of(period: str) -> list[date]:
    """The months of a half-year or year."""
    first = begins(period)
    if first is None or is_month(period):
        return []
    return [first.replace(month=first.month + n) for n in range(6 if "H" in period else 12)]


def half_of(month: date) -> str:
    """The half-year of a month."""
    return f"{month.year}-H{1 if month.month <= 6 else 2}"


@dataclass(frozen=True, slots=True)
class Table:
    """A half-year or year as it stands: places among those of one role, which months count, whether all are closed.

    People are told by staff number: `keys` says whose it is, `points` what he had in which month.
    """

    period: str
    roles: tuple[tuple[str, tuple[Place, ...]], ...]
    keys: dict[str, int]
    points: dict[str, dict[date, int]]
    months: tuple[date, ...]
    missing: tuple[date, ...]
    is_final: bool

    @property
    def places(self) -> tuple[Place, ...]:
        """Of every role, one after another."""
        return tuple(place for _role, places in self.roles for place in places)


def table(centre_id: int, period: str) -> Table:
    """Everybody's places in three queries, by the parameters of the period's first day.

    Whoever changed his role within the period stands among those of his last one.
    """
    wanted = months_of(period)
    if not wanted:
        return Table(period, (), {}, {}, (), (), is_final=False)
    rows = {row.month: row for row in Period.objects.filter(centre=centre_id, month__in=wanted, status__in=FINISHED)}
    points: dict[str, dict[date, int]] = defaultdict(dict)
    role_of: dict[str, str] = {}
    keys: dict[str, int] = {}
    sheets = Sheet.objects.filter(period__in=rows.values(), is_current=True).order_by("period__month")
    for key, number, month, got, role in sheets.values_list(
        "person", "person__number", "period__month", "points", "role"
    ):
        keys[number], points[number][month], role_of[number] = key, got, role
    read = values_on(centre_id, wanted[0]).reading()
    roles = []
    for role in sorted(set(role_of.values()), key=list(ROLES.values()).index):
        listed = [Months(number, list(points[number].values())) for number in sorted(points) if role_of[number] == role]
        roles.append((role, tuple(ranking.on(wanted[0])(listed, len(wanted), read))))
    missing = tuple(month for month in wanted if month not in rows)
    closed = all(row.status == PeriodStatus.CLOSED for row in rows.values())
    return Table(period, tuple(roles), keys, dict(points), tuple(sorted(rows)), missing, closed and not missing)


def firsts(found: Table) -> set[int]:
    """Who is proposed for a reward: the first of each role, or those who share that place, once every month is closed.

    Who stands alone in his role is the first of nobody.
    """
    first = begins(found.period)
    if not found.is_final or first is None:
        return set()
    ranked = [places for _role, places in found.roles if sum(one.place is not None for one in places) > 1]
    return {
        found.keys[name]
        for places in ranked
        for one in reward_proposals.on(first)(places, found.period)
        for name in one.evidence
    }


def periods(centre_id: int) -> list[str]:
    """Half-years and years of which a month was shown, the newest first."""
    rows = Period.objects.filter(centre=centre_id, status__in=FINISHED).order_by("-month")
    found: dict[str, None] = {}
    for month in rows.values_list("month", flat=True)[:24]:
        found[half_of(month)] = None
        found[f"{month.year}"] = None
    return list(found)


# ---------------------------------------------------------------- rewards


def has(person: Person, kind: str, period: str) -> bool:
    """Whether such a reward of the period stands."""
    return Award.objects.filter(person=person.pk, kind=kind, period=period, status__in=STANDING).exists()


def given(centre_id: int, period: str, grade: int) -> int:
    """How many people of a month have a grade, or are proposed for it."""
    rows = Award.objects.filter(person__centre=centre_id, period=period, grade=grade, status__in=STANDING)
    return rows.filter(kind=AwardKind.MONTHLY).count()


def listed(reader: Person, status: Literal["proposed", "confirmed"]) -> QuerySet[Award]:
    """Rewards that the reader may see, the newest first."""
    rows = Award.objects.visible_to(reader).filter(status=status)
    return rows.select_related("person", "proposed_by", "status_by").order_by("-period", "grade", "-status_at", "-pk")

"""The voice of the customer of a month, read from the counts alone; the lists behind it from the cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from hotline.cases.logic.flow import Status
from hotline.cases.models import Case, Category, District, Source
from hotline.core import clock
from hotline.insight.logic.cells import PER_DEGREE
from hotline.insight.logic.charts import change
from hotline.insight.logic.months import after, back, before
from hotline.insight.models import MonthCount, MonthState, PlaceCount, Report, UnmetCount
from hotline.insight.queries import complaints
from hotline.insight.queries.complaints import Complaint
from hotline.knowledge.models import Unanswered
from hotline.people.models import Person

TREND = 13
MOST_REASONS, MOST_PLACES, MOST_UNMET, MOST_SOUGHT = 15, 12, 12, 10
PARTS = ("reports", "not_accepted", "rejected", "reworked", "reopened")


@dataclass(frozen=True, slots=True)
class Reason:
    """A class or sub-class with its reports, this month and the one before."""

    key: str  # category key, or kind and big class; empty where nothing was chosen
    big: str
    name: str
    reports: int
    then: int

    @property
    def more(self) -> int:
        """How many more than the month before."""
        return self.reports - self.then

    @property
    def change(self) -> str:
        """The same in percent."""
        return change(self.reports, self.then)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the map with its reports and what is reported there most."""

    row: int
    column: int
    name: str
    district: str
    reports: int
    then: int
    top: str

    @property
    def more(self) -> int:
        """How many more than the month before."""
        return self.reports - self.then


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish that was not met, and how often."""

    kind: str
    text: str
    times: int


@dataclass(frozen=True, slots=True)
class Voice:
    """Everything a month says."""

    month: date
    totals: dict[str, int]
    then: dict[str, int]
    trend: tuple[tuple[date, dict[str, int]], ...]
    classes: tuple[Reason, ...]
    reasons: tuple[Reason, ...]
    places: tuple[Place, ...]
    unmet: tuple[Unmet, ...]
    sought: tuple[Unmet, ...]
    complaints: tuple[Complaint, ...]
    counted_at: datetime | None


def _counts(centre_id: int, source: str) -> QuerySet[MonthCount]:
    rows = MonthCount.objects.filter(centre=centre_id)
    return rows.filter(source=source) if source else rows


def totals(centre_id: int, month: date, source: str = "") -> dict[str, int]:
    """How many reports, and what became of them."""
    found = _counts(centre_id, source).filter(month=month).aggregate(**{name: Sum(name) for name in PARTS})
    return {name: found[name] or 0 for name in PARTS}


def trend(centre_id: int, month: date, source: str = "", many: int = TREND) -> list[tuple[date, dict[str, int]]]:
    """Reports of so many months by source, the oldest first; a month without any is there too."""
    months = back(month, many)
    found: dict[date, dict[str, int]] = {one: {} for one in months}
    rows = _counts(centre_id, source).filter(month__gte=months[0], month__lte=month)
    for one, name, number in rows.values_list("month", "source").annotate(n=Sum("reports")).order_by():
        found[one][name] = number
    return list(found.items())


def _per_category(centre_id: int, month: date, source: str) -> dict[int | None, int]:
    rows = _counts(centre_id, source).filter(month=month)
    return dict(rows.values_list("category").annotate(n=Sum("reports")).order_by())


def reasons(centre_id: int, month: date, source: str = "") -> tuple[list[Reason], list[Reason]]:
    """Classes and sub-classes by their reports, with the month before."""
    now, then = (_per_category(centre_id, one, source) for one in (month, before(month)))
    known = {row.pk: row for row in Category.objects.filter(pk__in=[key for key in {*now, *then} if key])}
    small: list[Reason] = []
    big: dict[str, Reason] = {}
    for key in {*now, *then}:
        row = known.get(key) if key else None
        one = Reason(
            str(row.pk) if row else "none", row.big_name if row else "", row.small_name if row else "",
            now.get(key, 0), then.get(key, 0),
        )  # fmt: skip
        small.append(one)
        code = f"{row.kind}-{row.big_code}" if row else "none"
        sums = big.get(code, Reason(code, one.big, one.big, 0, 0))
        big[code] = Reason(code, one.big, one.big, sums.reports + one.reports, sums.then + one.then)
    return _ranked(big.values()), _ranked(small)


def _ranked(rows: Any) -> list[Reason]:
    return sorted(rows, key=lambda one: (-one.reports, -one.then, one.key))


def places(centre_id: int, month: date, many: int = MOST_PLACES) -> list[Place]:
    """The cells with most reports, with what is reported there most."""
    rows = PlaceCount.objects.filter(centre=centre_id, month=month)
    cells = list(rows.values("row", "column").annotate(n=Sum("reports")).order_by("-n", "row", "column")[:many])
    if not cells:
        return []
    here = Q()
    for cell in cells:
        here |= Q(row=cell["row"], column=cell["column"])
    inside: dict[tuple[int, int], list[PlaceCount]] = {}
    for row in rows.filter(here).select_related("category", "district").order_by("-reports", "pk"):
        inside.setdefault((row.row, row.column), []).append(row)
    earlier = PlaceCount.objects.filter(here, centre=centre_id, month=before(month))
    then = {
        (row, column): number
        for row, column, number in earlier.values_list("row", "column").annotate(n=Sum("reports")).order_by()
    }
    return [_place(cell, inside[cell["row"], cell["column"]], then) for cell in cells]


def _place(cell: Any, rows: list[PlaceCount], then: dict[tuple[int, int], int]) -> Place:
    at = (cell["row"], cell["column"])
    district: District | None = next((row.district for row in rows if row.district), None)
    top = next((row.category.small_name for row in rows if row.category), "")
    name = next((row.name for row in rows if row.name), "")
    return Place(*at, name, district.name if district else "", cell["n"], then.get(at, 0), top)


def unmet(centre_id: int, month: date, many: int = MOST_UNMET) -> list[Unmet]:
    """Why reports were not accepted or rejected, the most frequent reasons first."""
    rows = UnmetCount.objects.filter(centre=centre_id, month=month).order_by("-reports", "pk")[:many]
    return [Unmet(row.status, row.reason, row.reports) for row in rows]


def sought(centre_id: int, month: date, many: int = MOST_SOUGHT) -> list[Unmet]:
    """Searches of the knowledge base that found nothing, last made in this month or later."""
    rows = Unanswered.objects.filter(
        centre=centre_id, last_at__gte=clock.wall(month), first_at__lt=clock.wall(after(month))
    )
    return [Unmet("search", row.text, row.times) for row in rows.order_by("-times", "pk")[:many]]


def voice(centre_id: int, month: date, source: str = "") -> Voice:
    """Everything a month says, from the counts."""
    classes, small = reasons(centre_id, month, source)
    state = MonthState.objects.filter(centre=centre_id, month=month).first()
    return Voice(
        month=month,
        totals=totals(centre_id, month, source),
        then=totals(centre_id, before(month), source),
        trend=tuple(trend(centre_id, month, source)),
        classes=tuple(classes),
        reasons=tuple(small[:MOST_REASONS]),
        places=tuple(places(centre_id, month)),
        unmet=tuple(unmet(centre_id, month)),
        sought=tuple(sought(centre_id, month)),
        complaints=tuple(complaints.complaints(centre_id, month)),
        counted_at=state.counted_at if state else None,
    )


def months(centre_id: int) -> list[date]:
    """The months that were counted and hold a report, the newest first."""
    rows = MonthState.objects.filter(centre=centre_id, reports__gt=0).order_by("-month")
    return list(rows.values_list("month", flat=True)[:36])


# ---------------------------------------------------------------- the lists behind

BECAME: dict[str, Q] = {
    "reports": Q(),
    "not_accepted": Q(status=Status.NOT_ACCEPTED.value),
    "rejected": Q(status=Status.REJECTED.value),
    "reworked": Q(rework_count__gt=0),
    "reopened": Q(reopen_count__gt=0),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports a number counts."""

    month: date
    source: str = ""
    category: str = ""  # a key, `kind-big`, or "none"
    became: str = "reports"
    cell: tuple[int, int] | None = None
    reason: str = ""
    complaint: str = ""


def behind(person: Person, wanted: Wanted) -> QuerySet[Case]:
    """The reports that a number counts, as far as the person may see them, the newest first."""
    if wanted.complaint:
        return complaints.behind(person, wanted.month, wanted.complaint)
    rows = Case.objects.visible_to(person).filter(
        arrived_at__gte=clock.wall(wanted.month), arrived_at__lt=clock.wall(after(wanted.month))
    )
    rows = rows.filter(BECAME.get(wanted.became, Q()))
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.category == "none":
        rows = rows.filter(category__isnull=True)
    elif "-" in wanted.category:
        kind, big = wanted.category.split("-", 1)
        rows = rows.filter(category__kind=kind, category__big_code=big)
    elif wanted.category:
        rows = rows.filter(category=int(wanted.category))
    if wanted.cell is not None:
        rows = rows.filter(datum="wgs84", **_within(wanted.cell))
    if wanted.reason:
        rows = rows.filter(status_note__startswith=wanted.reason)
    return rows.select_related("category", "district", "department").order_by("-arrived_at", "-pk")


def _within(cell: tuple[int, int]) -> dict[str, Decimal]:
    row, column = cell
    return {
        "latitude__gte": Decimal(row) / PER_DEGREE,
        "latitude__lt": Decimal(row + 1) / PER_DEGREE,
        "longitude__gte": Decimal(column) / PER_DEGREE,
        "longitude__lt": Decimal(column + 1) / PER_DEGREE,
    }


def direct_count(centre_id: int, month: date) -> dict[tuple[str, int | None], int]:
    """The reports of a month by source and sub-class, counted from the cases themselves: what the counts must equal."""
    rows = Case.objects.filter(
        centre=centre_id, arrived_at__gte=clock.wall(month), arrived_at__lt=clock.wall(after(month))
    )
    found = rows.order_by().values_list("source", "category").annotate(n=Count("pk"))
    return {(source, category): number for source, category, number in found}


def reports(person: Person) -> QuerySet[Report]:
    """Reports as they were sent, the newest first."""
    return Report.objects.visible_to(person).select_related("made_by").order_by("-month")


def categories(centre_id: int, month: date) -> Sequence[Category]:
    """The sub-classes reported at a place in a month, for the heat map's choice."""
    keys = PlaceCount.objects.filter(centre=centre_id, month=month).values("category").distinct()
    return list(Category.objects.filter(pk__in=keys).order_by(F("kind"), "big_code", "small_code"))


SOURCES = [source.value for source in Source]

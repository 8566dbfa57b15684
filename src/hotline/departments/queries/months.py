"""A department's month: figures, the lists behind them, the worst cases, and all departments side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField as Truth
from django.db.models import Case as Pick
from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from hotline.cases.logic.flow import Action, Stage
from hotline.cases.logic.indicators import Condition, Fact, Part, Timing
from hotline.cases.models import Case, CaseEvent, StageRun
from hotline.core import clock
from hotline.departments.logic import figures
from hotline.departments.logic.figures import End, Figure, Light, Measure
from hotline.departments.models import Agreement, Delivery, Exemption, Objection, ObjectionStatus
from hotline.departments.models.agreements import departments_of
from hotline.departments.queries import work
from hotline.people.models import Person, Unit

WORST = 10
Runs = QuerySet[StageRun]


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the centre."""

    first: date

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return clock.wall(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return clock.wall(self.after.first)

    @property
    def after(self) -> "Month":
        """The next one."""
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def before(self) -> "Month":
        """The one before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def key(self) -> str:
        """As it stands in addresses: 2026-03."""
        return f"{self.first:%Y-%m}"


def month_of(text: str, today: date) -> Month:
    """The month of an address; nonsense is the present one."""
    try:
        return Month(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return Month(today.replace(day=1))


def _is(condition: Q | Exists) -> Combinable:
    return ExpressionWrapper(Q(condition), output_field=Truth())


def _judged() -> Combinable:
    """Up to when the phase is in time: `queries.clocks.judged_due` as an expression."""
    return Pick(
        When(Q(hop__phase_due_at__isnull=True) | Q(due_at__isnull=True), then=F("due_at")),
        When(hop__standard_due_at__lt=F("due_at"), then=Greatest("hop__phase_due_at", "due_at")),
        default=F("hop__phase_due_at"),
        output_field=DateTimeField(),
    )


def _timing(due: str, moment: str, at: datetime) -> Combinable:
    done = Q(**{f"{moment}__isnull": False})
    in_time = Q(**{f"{due}__isnull": True}) | Q(**{f"{moment}__lte": F(due)})
    still = Q(**{f"{due}__isnull": True}) | Q(**{f"{due}__gte": at})
    return Pick(
        When(done & in_time, then=Value(Timing.IN_TIME.value)),
        When(done, then=Value(Timing.LATE.value)),
        When(still, then=Value(Timing.OPEN_IN_TIME.value)),
        default=Value(Timing.OPEN_LATE.value),
        output_field=CharField(),
    )


def runs(person: Person, department_ids: Iterable[int], month: Month) -> Runs:
    """Hand-outs to departments that began in the month, of cases the person may see (a program: the centre's)."""
    rows = StageRun.objects.filter(
        stage=Stage.HANDLING.value,
        department__in=departments_of(person).filter(pk__in=list(department_ids)).values("pk"),
        began_at__gte=month.begins,
        began_at__lt=month.ends,
    )
    return rows if person.is_system else rows.filter(case__in=Case.objects.visible_to(person).values("pk"))


def _light(rows: Runs, at: datetime) -> Runs:
    """With the facts that an overview of all departments needs."""
    end = Pick(
        When(ended_at__isnull=True, then=Value(End.OPEN.value)),
        When(outcome=Action.FEEDBACK.value, then=Value(End.DONE.value)),
        When(outcome=Action.SEND_BACK.value, then=Value(End.RETURNED.value)),
        When(outcome=Action.PARK.value, then=Value(End.PARKED.value)),
        default=Value(End.OTHER.value),
        output_field=CharField(),
    )
    rows = rows.annotate(judged_due=_judged(), end=end)
    return rows.annotate(
        phase=_timing("judged_due", "ended_at", at),
        is_exempt=_is(Exists(Exemption.objects.filter(hop__run=OuterRef("pk")))),
    )


FOREVER = 2**31 - 1


def _within(action: Action) -> QuerySet[CaseEvent]:
    """Events of a kind while the hand-out lasted, its end included."""
    last = Coalesce(OuterRef("ended_seq"), Value(FOREVER))
    return CaseEvent.objects.filter(
        case=OuterRef("case"), action=action.value, seq__gt=OuterRef("began_seq"), seq__lte=last
    )


def _is_rework() -> tuple[Exists, Subquery]:
    """Given again to the unit after a check of that unit's own result (`logic.clocks.reworks`, as an expression)."""
    hands = StageRun.objects.filter(
        case=OuterRef("case"), stage=Stage.HANDLING.value, began_seq__lt=OuterRef("began_seq")
    )
    checks = StageRun.objects.filter(
        case=OuterRef("case"),
        stage=Stage.CHECK.value,
        outcome=Action.CHECKED.value,
        ended_seq__lte=OuterRef("began_seq"),
    )
    before = hands.order_by("-began_seq")
    last_own = StageRun.objects.filter(
        case=OuterRef("case"),
        stage=Stage.HANDLING.value,
        department=OuterRef("department"),
        began_seq__lt=OuterRef("began_seq"),
    ).order_by("-began_seq")
    return Exists(
        checks.annotate(whose=Subquery(before.values("department")[:1])).filter(
            whose=OuterRef("department"), began_seq__gt=OuterRef("last_own")
        )
    ), Subquery(last_own.values("began_seq")[:1])


def _whole(rows: Runs, at: datetime) -> Runs:
    """With every fact of `figures.FACTS`."""
    taken = _within(Action.ACCEPT).order_by("seq").values("at")[:1]
    objections = Objection.objects.filter(hop__run=OuterRef("pk")).exclude(status=ObjectionStatus.WITHDRAWN)
    is_rework, last_own = _is_rework()
    rows = _light(rows, at).annotate(
        taken_at=Coalesce(
            Subquery(taken, output_field=DateTimeField()),
            Pick(When(outcome=Action.FEEDBACK.value, then=F("ended_at")), output_field=DateTimeField()),
        ),
        is_postponed=_is(Exists(_within(Action.POSTPONE))),
        last_own=last_own,
        is_objected=_is(Exists(objections)),
        is_upheld=_is(Exists(objections.filter(status=ObjectionStatus.UPHELD))),
    )
    left = Q(outcome=Action.SEND_BACK.value, taken_at__isnull=True) | Q(hop__accept_due_at__isnull=True)
    return rows.annotate(
        is_rework=_is(is_rework),
        own=Pick(
            When(hop__own_due_at__isnull=True, then=Value(figures.NONE)),
            default=_timing("hop__own_due_at", "ended_at", at),
            output_field=CharField(),
        ),
        taken=Pick(
            When(left, then=Value(figures.NONE)),
            default=_timing("hop__accept_due_at", "taken_at", at),
            output_field=CharField(),
        ),
    )


def _wish(condition: Condition) -> dict[str, list[Fact]]:
    return {f"{fact}__in": sorted(values, key=str) for fact, values in condition.items()}


def counted(rows: Runs, facts: tuple[str, ...]) -> list[tuple[dict[str, Fact], int]]:
    """How many rows there are of each kind: one query."""
    groups: Any = rows.order_by().values(*facts).annotate(rows=Count("pk"))
    return [({fact: group[fact] for fact in facts}, group["rows"]) for group in groups]


def figures_of(person: Person, department: Unit, month: Month, at: datetime) -> list[Figure]:
    """Every measure of a department's month: one query."""
    found = counted(_whole(runs(person, [department.pk], month), at), figures.FACTS)
    return [figures.figure(measure, found) for measure in figures.MEASURES]


def rows_behind(person: Person, department: Unit, month: Month, measure: Measure, part: Part, at: datetime) -> Runs:
    """The hand-outs behind a number, the newest first."""
    rows = _whole(runs(person, [department.pk], month), at).filter(**_wish(measure.condition(part)))
    return rows.select_related("case__category", "hop").order_by("-began_at", "-pk")


@dataclass(frozen=True, slots=True)
class Worst:
    """A late case and by how much."""

    number: str
    what: str
    place: str
    due_at: datetime
    ended_at: datetime | None
    late: timedelta
    is_exempt: bool


def worst(person: Person, department: Unit, month: Month, at: datetime) -> list[Worst]:
    """The hand-outs of the month that were, or are, the latest."""
    rows: Any = _light(runs(person, [department.pk], month), at)
    rows = rows.filter(phase__in=[Timing.LATE.value, Timing.OPEN_LATE.value], end__in=[End.DONE.value, End.OPEN.value])
    over = ExpressionWrapper(Coalesce("ended_at", Value(at)) - F("judged_due"), output_field=DurationField())
    rows = rows.annotate(late_by=over).select_related("case__category").order_by("-late_by", "pk")
    return [
        Worst(
            number=row.case.number,
            what=str(row.case.category or ""),
            place=row.case.place,
            due_at=row.judged_due,
            ended_at=row.ended_at,
            late=row.late_by,
            is_exempt=row.is_exempt,
        )
        for row in rows[:WORST]
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """A department in the overview."""

    unit: Unit
    agreement: Agreement | None
    light: Light
    received: int
    phase: Figure
    objections: int
    trouble: int

    @property
    def target(self) -> int:
        """What is to be reached, in thousandths."""
        return self.agreement.target_phase if self.agreement else UNAGREED


UNAGREED = 900  # what a light is judged by while nothing is signed


def overview(person: Person, month: Month, at: datetime) -> list[Row]:
    """Every department one sees, side by side: a handful of queries however many there are."""
    units = list(departments_of(person).filter(is_active=True))
    keys = [unit.pk for unit in units]
    groups: Any = (
        _light(runs(person, keys, month), at)
        .order_by()
        .values("department", *figures.LIGHT_FACTS)
        .annotate(rows=Count("pk"))
    )
    of: dict[int, list[tuple[dict[str, Fact], int]]] = {key: [] for key in keys}
    for group in groups:
        of[group["department"]].append(({fact: group[fact] for fact in figures.LIGHT_FACTS}, group["rows"]))
    agreed = work.general(keys, clock.local_day(min(at, month.ends)))
    objections = _counts(Objection.objects.open().filter(hop__department__in=keys))
    trouble = _counts(Delivery.objects.troubled().filter(hop__department__in=keys, hop__run__ended_at__isnull=True))
    return [_row(unit, of[unit.pk], agreed.get(unit.pk), objections, trouble) for unit in units]


def _counts(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("hop__department").annotate(rows=Count("pk")))


def _row(
    unit: Unit,
    found: list[tuple[dict[str, Fact], int]],
    agreement: Agreement | None,
    objections: dict[int, int],
    trouble: dict[int, int],
) -> Row:
    phase = figures.figure(figures.BY_KEY["phase"], found)
    overdue = sum(count for facts, count in found if facts["end"] == End.OPEN and facts["phase"] == Timing.OPEN_LATE)
    target = agreement.target_phase if agreement else UNAGREED
    return Row(
        unit=unit,
        agreement=agreement,
        light=figures.light(phase.numerator, phase.denominator, target, overdue),
        received=sum(count for _facts, count in found),
        phase=phase,
        objections=objections.get(unit.pk, 0),
        trouble=trouble.get(unit.pk, 0),
    )

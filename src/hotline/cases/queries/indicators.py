"""Figures of the indicators for a period, and the rows behind each of them, from the same conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField as Truth
from django.db.models import Case as Pick
from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable

from hotline.cases.logic import indicators
from hotline.cases.logic.flow import ENDED, Action, Stage, Status
from hotline.cases.logic.indicators import (
    CASE_FACTS,
    STAGE_FACTS,
    Base,
    Condition,
    Fact,
    Figure,
    Indicator,
    Part,
    Timing,
)
from hotline.cases.models import Case, District, Source, StageRun, Task, TaskKind, TaskStatus
from hotline.core import clock
from hotline.people.models import Person, Position, Unit, UnitKind

ENDED_VALUES = sorted(ENDED)
# While a case stands here its result has been reported and waits to be looked at; then lateness is the result's.
REPORTED = (Status.FEEDBACK, Status.CHECKING, Status.CLOSE_REVIEW, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a page asks about: local days from-to (both included), and optional narrowing."""

    first: date
    last: date
    district: int | None = None
    department: int | None = None
    operator: int | None = None

    @property
    def begins(self) -> datetime:
        """The first moment of the period."""
        return clock.wall(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after the period."""
        return clock.wall(self.last + timedelta(days=1))

    def cases(self, person: Person) -> QuerySet[Case]:
        """Cases the person may see, narrowed, of any time."""
        wishes = {"district": self.district, "department": self.department, "operator": self.operator}
        return Case.objects.visible_to(person).filter(**{name: key for name, key in wishes.items() if key is not None})


def _is(condition: Q) -> Combinable:
    return ExpressionWrapper(condition, output_field=Truth())


def _end(case: str = "") -> Combinable:
    """How the case ended, or how far it is."""
    return Pick(
        When(**{f"{case}status__in": ENDED_VALUES}, then=F(f"{case}status")),
        When(**{f"{case}filed_at__isnull": False}, then=Value(indicators.OPEN_FILED)),
        default=Value(indicators.OPEN),
        output_field=CharField(),
    )


def _timing(ended: Q, in_time: Q) -> Combinable:
    return Pick(
        When(ended & in_time, then=Value(Timing.IN_TIME.value)),
        When(ended, then=Value(Timing.LATE.value)),
        When(in_time, then=Value(Timing.OPEN_IN_TIME.value)),
        default=Value(Timing.OPEN_LATE.value),
        output_field=CharField(),
    )


def _stage_rows(person: Person, wanted: Wanted, at: datetime) -> QuerySet[StageRun]:
    """Passes through stages that began in the period, with their facts."""
    sent_back = StageRun.objects.filter(
        case=OuterRef("case"), began_seq=OuterRef("ended_seq"), outcome=Action.SEND_BACK.value
    )
    rows = StageRun.objects.filter(
        stage__in=[stage.value for stage in Stage],  # all of them: the index of a period begins with the stage
        began_at__gte=wanted.begins,
        began_at__lt=wanted.ends,
        case__in=wanted.cases(person).values("pk"),
    )
    judged = Q(due_at__isnull=True) | Q(ended_at__lte=F("due_at")) | Q(ended_at__isnull=True, due_at__gte=at)
    return rows.annotate(
        timing=_timing(Q(ended_at__isnull=False), judged),
        is_first=_is(Q(began_seq=1)),
        was_sent_back=_is(Q(stage=Stage.DISPATCH.value) & Q(Exists(sent_back))),
        end=_end("case__"),
    )


def _case_rows(person: Person, wanted: Wanted, at: datetime) -> QuerySet[Case]:
    """Cases that arrived in the period, with their facts."""
    done = Task.objects.filter(case=OuterRef("pk"), status=TaskStatus.DONE)
    proven = done.filter(kind=TaskKind.VERIFY, is_confirmed=True, grid__isnull=False)
    rows = wanted.cases(person).filter(arrived_at__gte=wanted.begins, arrived_at__lt=wanted.ends)
    filed = Q(filed_at__isnull=False, merged_into__isnull=True)  # two reports of one matter are one case
    judged_at = Pick(
        When(status__in=REPORTED, feedback_at__isnull=False, then=F("feedback_at")),
        When(ended_at__isnull=False, then=F("ended_at")),
        default=Value(at),
        output_field=DateTimeField(),
    )
    return rows.annotate(
        judged_at=judged_at,
        is_filed=_is(filed),
        is_merged=_is(Q(merged_into__isnull=False)),
        is_valid=_is(filed | Q(merged_into__filed_at__isnull=False)),
        end=_end(),
        timing=_timing(Q(ended_at__isnull=False), Q(due_at__isnull=True) | Q(judged_at__lte=F("due_at"))),
        is_handled=_is(Q(feedback_at__isnull=False) | Q(rework_count__gt=0)),
        is_reworked=_is(Q(rework_count__gt=0)),
        is_proven=_is(~Q(source=Source.FIELD) & Q(Exists(proven))),
        is_checked=_is(Q(Exists(done.filter(kind=TaskKind.CHECK)))),
        is_parked=_is(Q(status=Status.PARKED.value)),
    )


ROWS = {Base.STAGE: (_stage_rows, STAGE_FACTS), Base.CASE: (_case_rows, CASE_FACTS)}


def figures(
    person: Person, wanted: Wanted, at: datetime, chosen: Sequence[Indicator] = indicators.INDICATORS
) -> list[Figure]:
    """The figures of the chosen indicators: one query a base, however many indicators there are."""
    counted: dict[Base, list[tuple[dict[str, Fact], int]]] = {}
    for base in {indicator.base for indicator in chosen}:
        rows, facts = ROWS[base]
        groups: Any = rows(person, wanted, at).order_by().values(*facts).annotate(rows=Count("pk"))
        counted[base] = [({fact: group[fact] for fact in facts}, group["rows"]) for group in groups]
    return [indicators.figure(indicator, counted[indicator.base]) for indicator in chosen]


def _wish(condition: Condition) -> dict[str, list[Fact]]:
    return {f"{fact}__in": sorted(values, key=str) for fact, values in condition.items()}


def stage_rows(person: Person, indicator: Indicator, part: Part, wanted: Wanted, at: datetime) -> QuerySet[StageRun]:
    """The passes through stages behind a part of an indicator, newest first."""
    rows = _stage_rows(person, wanted, at).filter(**_wish(indicator.condition(part)))
    return rows.select_related("case__category", "person", "department").order_by("-began_at", "-pk")


def case_rows(person: Person, indicator: Indicator, part: Part, wanted: Wanted, at: datetime) -> QuerySet[Case]:
    """The cases behind a part of an indicator, newest first."""
    rows = _case_rows(person, wanted, at).filter(**_wish(indicator.condition(part)))
    return rows.select_related("category", "operator", "department").order_by("-arrived_at", "-pk")


def choices(person: Person, day: date) -> dict[str, list[tuple[int, str]]]:
    """What the figures may be narrowed to: districts, departments and operators of the centre."""
    centre = person.centre_id
    operators = Person.objects.filter(centre=centre).holding(Position.OPERATOR, on=day).order_by("name_key", "pk")
    return {
        "district": list(District.objects.filter(centre=centre, is_active=True).values_list("pk", "name")),
        "department": list(
            Unit.objects.filter(centre=centre, kind=UnitKind.DEPARTMENT, is_active=True).values_list("pk", "name")
        ),
        "operator": list(operators.values_list("pk", "name")),
    }

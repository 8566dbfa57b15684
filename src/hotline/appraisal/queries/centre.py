"""The whole centre in a month (A1.3, B1.1): approval of cases, service level, daily management, what it costs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q

from hotline.appraisal.models import Appeal, AppealStatus, Incident, MatterStatus
from hotline.appraisal.queries import indicators as measures
from hotline.appraisal.queries.known import stretch
from hotline.attendance.models import AttendanceFact, Talk, TalkStatus
from hotline.attendance.queries.pages import month_end
from hotline.cases.logic import indicators as case_logic
from hotline.cases.models import Case
from hotline.cases.queries import indicators as case_figures
from hotline.core.clock import wall
from hotline.people.models import Person
from hotline.rulebook.costs import Costs, unit_costs
from hotline.rulebook.indicators import Known, total
from hotline.rulebook.parameters.values import Values
from hotline.telephony.models import Segment, SegmentKind

ONE_DAY, ONE_SECOND = timedelta(days=1), timedelta(seconds=1)
APPROVAL = ("acceptance_accurate", "filing_accurate", "dispatch_accurate", "rework")
SERVICE = ("acceptance_in_time", "dispatch_in_time", "handling_in_time", "closing_in_time")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for those who lead: shifts nobody knows about, talks, objections, incidents."""

    unknown: int
    talks: int
    objections: int
    incidents: int
    incidents_since: date | None  # the month of the oldest one


@dataclass(frozen=True, slots=True)
class Telephone:
    """Calls that came into a queue, how many were answered, and how many of them within the queue's own time."""

    offered: int
    answered: int
    in_time: int

    @property
    def level(self) -> Fraction | None:
        """The share answered in time of all that came."""
        return Fraction(self.in_time, self.offered) if self.offered else None


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre's month."""

    known: Known
    people: int
    cases: int
    approval: tuple[case_logic.Figure, ...]
    service: tuple[case_logic.Figure, ...]
    telephone: Telephone
    waiting: Waiting
    costs: Costs | None


def month_of(reader: Person, month: date, values: Values, at: datetime) -> Centre:
    """Everything about a month in a fixed number of queries."""
    teams = measures.teams(reader, month)
    known = total(team.known for team in teams)
    chosen = [one for one in case_logic.INDICATORS if one.key in (*APPROVAL, *SERVICE)]
    wanted = case_figures.Wanted(month, month_end(month))
    figures = {one.indicator.key: one for one in case_figures.figures(reader, wanted, at, chosen)}
    over = stretch(month, at)
    cases = Case.objects.filter(centre=reader.centre_id, arrived_at__gte=over.since, arrived_at__lt=over.until).count()
    return Centre(
        known=known,
        people=sum(team.people for team in teams),
        cases=cases,
        approval=tuple(figures[key] for key in APPROVAL),
        service=tuple(figures[key] for key in SERVICE),
        telephone=_telephone(reader.centre_id, month),
        waiting=_waiting(reader, month),
        costs=unit_costs.on(month)(known.paid_s, known.inbound + known.outbound, cases, values.reading()),
    )


def _telephone(centre_id: int, month: date) -> Telephone:
    rows = Segment.objects.filter(
        kind=SegmentKind.QUEUE, queue__centre=centre_id, began_at__gte=wall(month),
        began_at__lt=wall(month_end(month) + ONE_DAY), ended_at__isnull=False,
    )  # fmt: skip
    answered = Q(how="answered")
    within: Any = ExpressionWrapper(F("queue__answer_within") * ONE_SECOND, output_field=DurationField())
    soon = answered & Q(ended_at__lte=F("began_at") + within)
    found = rows.aggregate(offered=Count("pk"), answered=Count("pk", filter=answered), in_time=Count("pk", filter=soon))
    return Telephone(**found)


def _waiting(reader: Person, month: date) -> Waiting:
    facts = AttendanceFact.objects.visible_to(reader).filter(is_current=True, state="unknown")
    undecided = (MatterStatus.PROPOSED, MatterStatus.HEARD)
    waiting = Incident.objects.visible_to(reader).filter(status__in=undecided)
    incidents = waiting.aggregate(n=Count("pk"), since=Min("month"))
    return Waiting(
        unknown=facts.filter(day__range=(month, month_end(month))).count(),
        talks=Talk.objects.visible_to(reader).filter(status=TalkStatus.DUE).count(),
        objections=Appeal.objects.visible_to(reader).filter(status=AppealStatus.ASKED).count(),
        incidents=incidents["n"],
        incidents_since=incidents["since"],
    )


def case_counts(centre_id: int, months: list[date]) -> dict[date, int]:
    """Cases that arrived in each of some months: one query."""
    counts = {
        f"m{n}": Count("pk", filter=Q(arrived_at__gte=wall(one), arrived_at__lt=wall(month_end(one) + ONE_DAY)))
        for n, one in enumerate(months)
    }
    if not months:
        return {}
    rows = Case.objects.filter(centre=centre_id, arrived_at__gte=wall(min(months)))
    found = rows.aggregate(**counts)
    return {one: found[f"m{n}"] for n, one in enumerate(months)}

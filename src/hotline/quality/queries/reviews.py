"""Lists of reviews, plans, appeals and hints, with what their pages show of the case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from hotline.cases.logic.flow import ACTION_LABELS, Action
from hotline.cases.models import Case, CaseEvent
from hotline.people.models import Person
from hotline.quality.logic import Sample, SizeBy, Sizes, draw, units
from hotline.quality.models import (
    Appeal,
    AppealStatus,
    Hint,
    HintStatus,
    Plan,
    Review,
    ReviewStatus,
    Stratum,
    Way,
)
from hotline.quality.queries import decisions
from hotline.rulebook.accuracy import Decision

SHOWN = ("case__category", "handler", "reviewer", "plan", "appeal", "evidence")
MOST_EXPORTED = 10_000


def reviews(person: Person) -> QuerySet[Review]:
    """Reviews the person may see, with what a list shows of them."""
    return Review.objects.visible_to(person).select_related(*SHOWN)


def waiting(person: Person) -> QuerySet[Review]:
    """What this person could review, in the order in which it is handed out: targeted first, samples as drawn."""
    rows = Review.objects.visible_to(person).filter(status=ReviewStatus.WAITING)
    return rows.order_by("-way", "place", "pk")


def taken(person: Person) -> list[Review]:
    """What this person has begun to review."""
    rows = Review.objects.visible_to(person).filter(status=ReviewStatus.WAITING, reviewer=person.pk)
    return list(rows.select_related("case", "handler").order_by("taken_at", "pk")[:50])


def progress(person: Person) -> list[tuple[Plan, int, int]]:
    """The latest plans with how many of their reviews are done, of how many."""
    plans = list(Plan.objects.visible_to(person).select_related("made_by").order_by("-made_at", "-pk")[:12])
    done = Count("pk", filter=~Q(status=ReviewStatus.WAITING))
    rows = Review.objects.filter(plan__in=plans).values("plan").order_by().annotate(done=done)
    by_plan = dict(rows.values_list("plan", "done"))
    return [(plan, by_plan.get(plan.pk, 0), plan.drawn) for plan in plans]


def findings(
    person: Person, month: date | None, handler: int | None, way: str, status: str, cause: str
) -> QuerySet[Review]:
    """Findings that match, the newest first."""
    rows = reviews(person).exclude(status=ReviewStatus.WAITING)
    wishes = {"month": month, "handler": handler, "way": way, "status": status, "cause": cause}
    return rows.filter(**{name: value for name, value in wishes.items() if value}).order_by("-found_at", "-pk")


def exported(rows: QuerySet[Review]) -> Iterator[tuple[object, ...]]:
    """Findings as lines of a sheet."""
    for row in rows[:MOST_EXPORTED]:
        yield (
            row.case.number,
            row.handler.name,
            row.get_decision_display(),
            row.decided_at,
            row.get_way_display(),
            row.get_status_display(),
            row.get_cause_display() if row.cause else "",
            row.words,
            row.reviewer.name if row.reviewer else "",
            row.found_at,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """An event of the case, for whoever judges it."""

    event: CaseEvent
    title: str
    is_handlers: bool
    is_decision: bool


def steps(review: Review) -> list[Step]:
    """All that happened to the case, in order, with the handler's own steps marked."""
    rows = CaseEvent.objects.filter(case=review.case_id).select_related("actor").order_by("seq")
    return [
        Step(
            event,
            gettext(ACTION_LABELS[Action(event.action)]),
            event.actor_id == review.handler_id,
            event.pk == review.event_id,
        )
        for event in rows
    ]


def decisions_of(review: Review) -> tuple[Decision, ...]:
    """What the handler decided in this case: it says which causes are possible."""
    kinds = {decision for person, decision, _ in decisions.decided_in(review.case) if person.pk == review.handler_id}
    kinds.add(Decision(review.decision))
    return tuple(decision for decision in Decision if decision in kinds)


def of_case(case: Case, person: Person) -> list[Review]:
    """The reviews of one case that this person may see."""
    return list(reviews(person).filter(case=case).order_by("-asked_at", "-pk"))


def appeals(person: Person) -> QuerySet[Appeal]:
    """Appeals the person may see, with all that the decision rests on."""
    names = ("review__case__category", "review__evidence", "handler", "reviewer", "status_by")
    return Appeal.objects.visible_to(person).select_related(*names)


def open_appeals(person: Person) -> list[Appeal]:
    """What waits for a decision, the oldest first."""
    return list(appeals(person).filter(status=AppealStatus.ASKED).order_by("asked_at", "pk")[:200])


def hints(person: Person) -> QuerySet[Hint]:
    """Suggestions for a second look, the newest first."""
    rows = Hint.objects.visible_to(person).filter(status=HintStatus.OPEN)
    return rows.select_related("case__category", "handler").order_by("-at", "-pk")


def strata(plan: Plan) -> list[Stratum]:
    """What a plan drew from."""
    return list(plan.strata.select_related("person").order_by("person__name_key", "person", "decision"))


def sizes(plan: Plan) -> Sizes:
    """A plan's sizes as they were asked for."""
    of = {Decision.FILED: plan.filed, Decision.REJECTED: plan.rejected, Decision.DISPATCHED: plan.dispatched}
    return Sizes(SizeBy(plan.size_by), of)


def sample(centre_id: int, first: date, last: date, wanted: Sizes, seed: str) -> Sample:
    """What a seed draws from the decisions of a period."""
    found = decisions.decisions(centre_id, decisions.month_of(first), last)
    return draw(units(found, first, last), wanted, seed)


def is_as_drawn(plan: Plan) -> bool:
    """Draw the plan's sample once more from the events, and compare it with what was kept."""
    again = sample(plan.centre_id, plan.days.lower, plan.last, sizes(plan), plan.seed)
    kept = list(plan.reviews.filter(way=Way.SAMPLE).order_by("place").values_list("handler", "case", "event__seq"))
    return again.frame_hash == plan.frame_hash and [(u.person, u.case, u.seq) for u in again.units] == kept

"""Drawing samples: once for a period, by a seed that the machine makes, frozen from then on."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.cases.models import CaseEvent
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.quality.logic import Sample, SizeBy, Sizes, Unit
from hotline.quality.models import Plan, Review, ReviewStatus, Stratum, Way
from hotline.quality.queries import reviews
from hotline.quality.queries.decisions import month_of
from hotline.rulebook.accuracy import Decision

DAY = timedelta(days=1)
MOST_DRAWN = 5_000


@transaction.atomic
def draw(
    *,
    first: date,
    last: date,
    size_by: SizeBy,
    sizes: Mapping[Decision, int],
    note: str = "",
    by: Person,
    at: datetime,
) -> Plan:
    """Draw the sample of a period that is over; nobody chooses the seed, and nothing is ever drawn again."""
    authorize(by, "quality.draw")
    wanted = Sizes(size_by, dict(sizes))
    _one_at_a_time(by.centre_id)
    refuse_if(_refusals(by.centre_id, first, last, wanted, at))
    seed = secrets.token_hex(16)
    sample = reviews.sample(by.centre_id, first, last, wanted, seed)
    refuse_if(_sample_refusals(sample))
    plan = _keep(sample, first, last, wanted, seed, note.strip(), by, at)
    Review.objects.bulk_create(_reviews(plan, sample, by, at))
    live.touch(f"quality:{by.centre_id}")
    return plan


def _one_at_a_time(centre_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 38))", [f"quality:{centre_id}"])


def _refusals(centre_id: int, first: date, last: date, wanted: Sizes, at: datetime) -> list[Refusal]:
    found = []
    if first > last or month_of(first) != month_of(last):
        found.append(Refusal("D3.8", _("A period begins and ends within one month."), {"field": "last"}))
    if last >= local_day(at):
        note = _("The period is not over: what is still decided would be missing in the sample.")
        found.append(Refusal("D3.8", note, {"field": "last"}))
    if not any(wanted.of.values()):
        found.append(Refusal("D3.8", _("Say how many are drawn."), {"field": "filed"}))
    if first <= last and Plan.objects.filter(centre=centre_id, days__overlap=DateRange(first, last + DAY)).exists():
        note = _("For some of these days a sample was drawn already. A sample is never drawn again.")
        found.append(Refusal("D3.8", note, {"field": "first"}))
    return found


def _sample_refusals(sample: Sample) -> list[Refusal]:
    if not sample.units:
        return [Refusal("D3.8", _("Nobody decided anything in this period."), {"field": "first"})]
    if len(sample.units) > MOST_DRAWN:
        note = _("That would be {drawn} cases; {most} at most are drawn at once.")
        return [Refusal("D3.8", note, {"drawn": len(sample.units), "most": MOST_DRAWN, "field": "filed"})]
    return []


def _keep(
    sample: Sample, first: date, last: date, wanted: Sizes, seed: str, note: str, by: Person, at: datetime
) -> Plan:
    try:
        plan = Plan.objects.create(
            centre_id=by.centre_id,
            days=DateRange(first, last + DAY),
            size_by=wanted.by.value,
            **{decision.value: wanted.of.get(decision, 0) for decision in Decision},
            note=note,
            seed=seed,
            frame_hash=sample.frame_hash,
            population=sample.population,
            drawn=len(sample.units),
            made_by=by,
            made_at=at,
        )
    except IntegrityError as error:
        note = _("For some of these days a sample was drawn already. A sample is never drawn again.")
        raise Refused(Refusal("D3.8", note, {"field": "first"})) from error
    Stratum.objects.bulk_create(
        Stratum(
            plan=plan,
            person_id=stratum.person,
            decision=stratum.decision.value,
            month=month_of(first),
            population=stratum.population,
            drawn=len(stratum.drawn),
        )
        for stratum in sample.strata
    )
    return plan


def _reviews(plan: Plan, sample: Sample, by: Person, at: datetime) -> list[Review]:
    cases = [unit.case for unit in sample.units]
    events = {(event.case_id, event.seq): event for event in CaseEvent.objects.filter(case__in=cases)}
    return [_review(plan, place, unit, events[unit.case, unit.seq], by, at) for place, unit in enumerate(sample.units)]


def _review(plan: Plan, place: int, unit: Unit, event: CaseEvent, by: Person, at: datetime) -> Review:
    return Review(
        centre_id=plan.centre_id,
        way=Way.SAMPLE,
        plan=plan,
        place=place,
        case_id=unit.case,
        handler_id=unit.person,
        decision=unit.decision.value,
        event=event,
        decided_at=event.at,
        month=month_of(plan.days.lower),
        asked_by=by,
        asked_at=at,
        status=ReviewStatus.WAITING,
        status_at=at,
        status_by=by,
    )

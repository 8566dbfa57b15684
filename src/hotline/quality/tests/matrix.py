"""Something real for every address of reviews."""

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.quality.models import Hint, HintKind
from hotline.quality.services import appeals, hints
from hotline.quality.tests import builders
from hotline.rulebook.accuracy import Decision
from hotline.telephony.models import Call


def arguments(town: cases.Town, case: Case) -> dict[str, dict[str, object]]:
    """A review with an appeal, a plan, a hint."""
    house = builders.House(
        town,
        inspector=people.person(town.centre, position=Position.QUALITY),
        supervisor=people.person(town.centre, position=Position.CENTRE_SUPERVISOR),
        filed=[case],
    )
    plan = builders.drawn(house)
    review = builders.wrong(house, plan.reviews.filter(handler=town.operator)[0])
    appeal = appeals.appeal(review_id=review.pk, words="当时看不清", by=town.operator, at=builders.NEXT_DAY)
    [hint] = hints.suggest(case_id=case.pk, kind=HintKind.OBJECTION, by=house.supervisor, at=builders.NEXT_DAY)
    assert isinstance(hint, Hint)
    assert Decision(hint.decision) is Decision.DISPATCHED
    minute = cases.MINUTE
    call = Call.objects.create(
        centre=town.centre, ref="scored", person=town.operator, came_at=cases.NINE, answered_at=cases.NINE + minute,
        ended_at=cases.NINE + 2 * minute, ended_how="talked",
    )  # fmt: skip
    return {
        "quality:score": {"pk": call.pk},
        "quality:talk": {"pk": town.operator.pk},
        "quality": {"pk": review.pk, "number": case.number},
        "quality:plan": {"pk": plan.pk},
        "quality:of_case": {"pk": case.pk},
        "quality:appeal_decide": {"pk": appeal.pk},
        "quality:hint_take": {"pk": hint.pk},
        "quality:hint_dismiss": {"pk": hint.pk},
    }

"""Something real for every argument of this area's addresses."""

from typing import Any

from hotline.citizens.queries import public
from hotline.citizens.services import calls, intake
from hotline.citizens.tests import builders
from hotline.core.clock import now
from hotline.people.models import Position
from hotline.people.tests import builders as people


def arguments(town: Any, case: Any) -> dict[str, dict[str, object]]:
    """A call-back that waits and a review to decide, of cases that this town has closed."""
    keeper = people.person(town.centre, position=Position.CENTRE_SUPERVISOR)
    intake.set_intake(centre=town.centre, values={"is_open": True}, by=keeper, at=builders.NINE)
    ended = builders.closed(town, builders.phoned(town)).case
    call = calls.make(case_id=ended.pk, by=people.system(town.centre), at=now())
    other = builders.closed(town, builders.phoned(town, number=builders.OTHER, name="李文")).case
    rated = calls.rate_by_himself(
        case_id=other.pk,
        round_=0,
        grade="dissatisfied",
        reason="result_not_solved",
        words="还在响",
        by=public.web_person(town.centre),
        at=other.ended_at or now(),
    )
    assert call is not None
    return {
        "citizens": {"pk": call.pk, "code": town.centre.code, "token": public.rating_token(ended.pk, 0)},
        "citizens:review": {"pk": rated.review.pk},
        "citizens:of_case": {"pk": ended.pk},
    }

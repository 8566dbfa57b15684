"""How simulated operators deal with a report of something that is known already: clear ones they often merge."""

from collections.abc import Callable
from datetime import datetime

from hotline.cases.models import Case, Category
from hotline.cases.queries import duplicates
from hotline.cases.services import merging
from hotline.config.demo.engine import Engine, fetch
from hotline.config.demo.world import DAY
from hotline.people.models import Person

OF_A_HUNDRED = 60  # the others do not look, or think it is something else
REASON = "同一地点同一问题，已有反映。"


def merge_clear(
    engine: Engine,
    case: Case,
    category: Category | None,
    by: Person,
    at: datetime,
    *,
    mine: Callable[[Case], bool] = lambda _case: True,
) -> Case | None:
    """The case merged into the clearest open one of the last day; None when there is none, or nobody noticed."""
    if engine.world.dice(case.number, "merge").randrange(100) >= OF_A_HUNDRED:
        return None
    into = _clearest(case, category, by, at, mine)
    if into is None:
        return None
    merged = merging.merge(
        case_id=case.pk, version=case.version, into_id=into.pk, into_version=into.version, reason=REASON, by=by, at=at
    )
    engine.follow(fetch(into.pk), at)  # it has moved on by one event: whoever goes on with it sees that
    return merged


def _clearest(
    case: Case, category: Category | None, by: Person, at: datetime, mine: Callable[[Case], bool]
) -> Case | None:
    found = duplicates.similar(
        by,
        category=category,
        point=duplicates.point_of(case),
        address=case.place,
        customer_id=case.customer_id,
        apart_from=case.pk,
        at=at,
    )
    fitting = [
        one
        for one in found
        if one.likeness is not None
        and one.likeness.is_clear
        and one.takes_more
        and one.case.ended_at is None
        and one.case.arrived_at > at - DAY
        and mine(one.case)
    ]
    best = max(fitting, key=lambda one: one.likeness.score if one.likeness else 0, default=None)
    return best.case if best else None

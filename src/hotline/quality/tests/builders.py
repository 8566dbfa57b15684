"""A town with decided cases, a quality inspector and a supervisor; time is always given."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hotline.cases.models import Case
from hotline.cases.services import filing
from hotline.cases.tests import builders as cases
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.quality.logic import SizeBy
from hotline.quality.models import Plan, Review
from hotline.quality.services import reviewing, sampling
from hotline.rulebook.accuracy import Cause, Decision

NINE, MINUTE, HOUR = cases.NINE, cases.MINUTE, cases.HOUR
NEXT_DAY = NINE + timedelta(days=1)  # when the sample of 9 March may be drawn
DAY = date(2026, 3, 9)
MONTH = date(2026, 3, 1)
FEW = {Decision.FILED: 2, Decision.REJECTED: 2, Decision.DISPATCHED: 2}


@dataclass
class House:
    """A town, who reviews in it, and the cases that were decided."""

    town: cases.Town
    inspector: Person
    supervisor: Person
    filed: list[Case] = field(default_factory=list)
    rejected: list[Case] = field(default_factory=list)

    @property
    def operator(self) -> Person:
        """Whose decisions are reviewed."""
        return self.town.operator


def house(filed: int = 3, rejected: int = 1, at: datetime = NINE) -> House:
    """So many cases filed and dispatched, and so many rejected, by the operator."""
    town = cases.town()
    made = House(
        town,
        inspector=people.person(town.centre, position=Position.QUALITY, name="沈质检"),
        supervisor=people.person(town.centre, position=Position.CENTRE_SUPERVISOR, name="周主管"),
    )
    for number in range(filed):
        start = at + number * 5 * MINUTE
        made.filed.append(cases.Walk(town, cases.report(town, start), start).dispatched().case)
    for number in range(rejected):
        start = at + (filed + number) * 5 * MINUTE
        case = cases.report(town, start)
        filing.reject(case_id=case.pk, version=1, reason="不属受理范围", by=town.operator, at=start + MINUTE)
        made.rejected.append(cases.fresh(case))
    return made


def drawn(
    of: House, *, by: Person | None = None, at: datetime = NEXT_DAY, sizes: dict[Decision, int] | None = None
) -> Plan:
    """The sample of 9 March."""
    return sampling.draw(first=DAY, last=DAY, size_by=SizeBy.COUNT, sizes=sizes or FEW, by=by or of.inspector, at=at)


def reviewed(of: House) -> Review:
    """A case asked for by name that no sample holds, taken by nobody yet."""
    case = next(one for one in of.filed if not Review.objects.filter(case=one).exists())
    return reviewing.ask(
        case_id=case.pk,
        handler=of.operator,
        decision=Decision.FILED,
        reason="市民投诉分类不对",
        by=of.inspector,
        at=NEXT_DAY,
    )


def wrong(of: House, review: Review | None = None, *, by: Person | None = None, at: datetime = NEXT_DAY) -> Review:
    """Found wrong."""
    row = review or reviewed(of)
    return reviewing.find_wrong(
        review_id=row.pk,
        cause=Cause.WRONG_CATEGORY,
        words="应为雨水井盖",
        evidence_seq=row.event.seq,
        by=by or of.inspector,
        at=at,
    )

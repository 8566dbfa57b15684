"""Something real for every address of attendance."""

from hotline.attendance.models import AttendanceFact, Correction, Excuse, Talk
from hotline.attendance.services import asking, deriving, following
from hotline.attendance.tests.builders import DAY, EVENING, wall
from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.kernel.spans import Span
from hotline.people.queries import system_person
from hotline.rosters.models import RosterEntry


def arguments(town: cases.Town, case: Case) -> dict[str, dict[str, object]]:
    """A judged shift with an excuse and a correction asked for, a talk that is due."""
    program = system_person(town.centre)
    deriving.derive(centre=town.centre, first=DAY, last=DAY, by=program, at=EVENING)
    fact = AttendanceFact.objects.get(person=town.operator, day=DAY)
    span = Span(wall(9), wall(10))
    excuse = asking.ask_excuse(
        person=town.operator, span=span, kind="meeting", words="晨会", by=town.operator, at=EVENING
    )
    correction = asking.ask_correction(fact_id=fact.pk, state="leave", words="当天请假", by=town.operator, at=EVENING)
    shift = RosterEntry.objects.get(person=town.operator, day=DAY)
    talk = following.open_return_talk(person=town.operator, ref=f"case {case.pk}", shift=shift, by=program, at=wall(8))
    assert isinstance(excuse, Excuse)
    assert isinstance(correction, Correction)
    assert isinstance(talk, Talk)
    return {
        "attendance:shift": {"pk": fact.pk},
        "attendance:person": {"pk": town.operator.pk},
        "attendance:decide_excuse": {"pk": excuse.pk},
        "attendance:decide_correction": {"pk": correction.pk},
        "attendance:talk": {"pk": talk.pk},
    }

"""What follows when a case ends or is merged: its caller is told, and entered for a call-back."""

from datetime import datetime

from hotline.cases.events import CaseEnded, CasesMerged
from hotline.cases.models import Case
from hotline.citizens.services import calls, telling
from hotline.core.events import handles
from hotline.people.models import Person
from hotline.people.queries import system_person


def _program(case_id: int) -> Person | None:
    case = Case.objects.select_related("centre").filter(pk=case_id).first()
    return system_person(case.centre) if case else None


@handles(CaseEnded)
def tell_answer(event: CaseEnded, *, at: datetime) -> None:
    """Every caller gets his answer, once for each end."""
    by = _program(event.case_id)
    if by is not None:
        telling.tell_ended(case_id=event.case_id, by=by, at=at)


@handles(CaseEnded)
def enter_call_back(event: CaseEnded, *, at: datetime) -> None:
    """Whoever is in the sample is called back, once for each end."""
    by = _program(event.case_id)
    if by is not None:
        calls.make(case_id=event.case_id, by=by, at=at)


@handles(CasesMerged)
def tell_merged(event: CasesMerged, *, at: datetime) -> None:
    """The caller of a merged case hears that it goes on with another, and gets that one's answer."""
    by = _program(event.case_id)
    if by is not None:
        telling.tell_merged(case_id=event.case_id, by=by, at=at)

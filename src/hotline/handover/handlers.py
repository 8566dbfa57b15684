"""What follows from the end of a case, the end of a promise, and a seat that is left: whoever waits for it is told."""

from datetime import datetime

from django.utils.translation import gettext, override

from hotline.cases.events import CaseEnded
from hotline.cases.logic.flow import STATUS_LABELS, Status
from hotline.cases.models import Case
from hotline.core.events import handles
from hotline.handover.services import accepting, following, signing
from hotline.people.events import PresenceChanged
from hotline.people.models import Person
from hotline.people.queries import system_person
from hotline.promises.events import PromiseSettled
from hotline.promises.models import Promise

LANGUAGE = "zh-hans"  # results are kept in the language of the house


@handles(CaseEnded)
def tell_end(event: CaseEnded, *, at: datetime) -> None:
    """Tell the first owner and whoever handed the case over. Running it twice tells nobody twice."""
    case = Case.objects.select_related("centre", "first_owner").get(pk=event.case_id)
    into = Case.objects.get(pk=event.into_id) if event.into_id else None
    ended = into or case
    if ended.ended_at is None or ended.status == Status.MERGED:
        return  # it was opened again meanwhile, or goes on elsewhere
    program = system_person(case.centre)
    following.tell_of_end(case=case, into=into, by=program, at=at)
    accepting.tell_end_of_case(case=case, result=_result(ended), by=program, at=at)


def _result(case: Case) -> str:
    with override(LANGUAGE):
        status = gettext(STATUS_LABELS[Status(case.status)])
    return "：".join(part for part in (status, case.closing_answer or case.status_note) if part)


@handles(PromiseSettled)
def tell_settled(event: PromiseSettled, *, at: datetime) -> None:
    """Tell whoever passed the promise on what the customer was told."""
    promise = Promise.objects.select_related("centre").get(pk=event.promise_id)
    with override(LANGUAGE):
        word = gettext("Kept") if event.in_time else gettext("Kept late")
    result = "：".join(part for part in (word, promise.kept_words) if part)
    accepting.tell_end_of_promise(promise=promise, result=result, by=system_person(promise.centre), at=at)


@handles(PresenceChanged)
def notice_absence(event: PresenceChanged, *, at: datetime) -> None:
    """Somebody left his seat: at the end of a shift that is not signed off the shift leader learns it."""
    if event.state:
        return
    person = Person.objects.select_related("centre").get(pk=event.person_id)
    if not person.is_system:
        signing.note_absence(person=person, by=system_person(person.centre), at=at)

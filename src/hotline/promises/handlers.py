"""What promises do when a call was missed, a case ends, is merged or parted, and when somebody leaves for good."""

from datetime import datetime

from hotline.cases.events import CaseEnded, CasesMerged, CasesParted
from hotline.cases.models import Case
from hotline.core.events import handles
from hotline.people.events import PersonLeft
from hotline.people.models import Centre
from hotline.people.queries import system_person
from hotline.promises.models import Promise
from hotline.promises.services import calls, following, ledger
from hotline.telephony.events import CallMissed
from hotline.telephony.models import Call


@handles(CallMissed)
def call_missed(event: CallMissed, *, at: datetime) -> None:
    """Whoever called and was not talked to is owed a call."""
    call = Call.objects.select_related("centre", "queue", "customer").get(pk=event.call_id)
    calls.owe(call=call, by=system_person(call.centre), at=at)


@handles(CaseEnded)
def case_ended(event: CaseEnded, *, at: datetime) -> None:
    """Whoever owes an answer about the case learns that it can be given now."""
    case = Case.objects.select_related("centre").get(pk=event.case_id)
    into = Case.objects.get(pk=event.into_id) if event.into_id else None
    following.case_ended(case=case, into=into, by=system_person(case.centre), at=at)


@handles(CasesMerged)
def cases_merged(event: CasesMerged, *, at: datetime) -> None:
    """The promises of the merged case stay owed and show where it goes on."""
    case, into = (Case.objects.select_related("centre").get(pk=pk) for pk in (event.case_id, event.into_id))
    following.cases_merged(case=case, into=into, by=system_person(case.centre), at=at)


@handles(CasesParted)
def cases_parted(event: CasesParted, *, at: datetime) -> None:
    """The merge was undone."""
    case = Case.objects.select_related("centre").get(pk=event.case_id)
    following.cases_parted(case=case, by=system_person(case.centre), at=at)


@handles(PersonLeft)
def person_left(event: PersonLeft, *, at: datetime) -> None:
    """What somebody owed who does not work here any more goes back to the list of his team."""
    by = system_person(Centre.objects.get(pk=event.centre_id))
    for promise in Promise.objects.owed().filter(owner=event.person_id).order_by("pk"):
        ledger.release(promise_id=promise.pk, note="", by=by, at=at)

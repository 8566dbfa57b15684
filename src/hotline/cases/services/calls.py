"""Calls are tied to the cases that they are about."""

from datetime import datetime

from django.db import transaction

from hotline.cases.models import Case, CaseCall
from hotline.core import live
from hotline.core.access import authorize
from hotline.people.models import Person
from hotline.telephony.models import Call
from hotline.telephony.queries.desk import in_hand


@transaction.atomic
def tie(*, case: Case, call_id: int, by: Person, at: datetime) -> CaseCall | None:
    """Tie the call that one has before oneself, or may see, to a case; None when it is neither. Twice is once."""
    authorize(by, "cases.view_case", case)
    call = in_hand(by, call_id) or Call.objects.visible_to(by).filter(pk=call_id).first()
    if call is None:
        return None
    row, _ = CaseCall.objects.get_or_create(case=case, call=call, defaults={"by": by, "at": at})
    live.touch(f"case:{case.pk}")
    return row

"""What a citizen adds to his report, and whether he wants to be written to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import ENDED
from hotline.cases.models import Case
from hotline.citizens.events import CitizenAdded
from hotline.citizens.logic.photos import Photo
from hotline.citizens.models import Supplement, Tracking
from hotline.citizens.queries import public
from hotline.citizens.services import intake
from hotline.core import events, live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices

LONGEST = 2000


@transaction.atomic
def add(
    *, case_id: int, text: str, photos: Sequence[Photo], wants_call: bool = False, by: Person, at: datetime
) -> Supplement:
    """Add words or photos to a report that has not ended; whoever has the case in hand is told."""
    case = Case.objects.select_for_update(of=("self",)).select_related("centre").get(pk=case_id)
    authorize(by, "citizens.take_in", case.centre)
    root = public.root_of(case)
    if root.code in ENDED:
        raise Refused(Refusal("citizens.ended", _("The matter has ended: nothing can be added any more.")))
    if not text.strip() and not photos and not wants_call:
        raise Refused(Refusal("citizens.add", _("Write something or add a photo."), {"field": "text"}))
    if photos and case.merged_into_id is not None:
        note = _("Your report goes on together with others: words can be added, photos cannot.")
        raise Refused(Refusal("citizens.add", note, {"field": "photos"}))
    if photos and case.reporter_id != by.pk:
        note = _("Photos can be added to reports of this page alone.")
        raise Refused(Refusal("citizens.add", note, {"field": "photos"}))
    there = case.files.count()
    intake.attach(case, photos, by, at, first=there + 2 if there == 0 else there + 1)
    row = Supplement.objects.create(
        case=case, text=text.strip()[:LONGEST], photos=len(photos), wants_call=wants_call, at=at
    )
    held = root.holding
    if held is not None and held.person is not None:
        note = _("A citizen added something to {number}.")
        notices.notify(
            to=held.person, text=note, params={"number": root.number}, link=f"/cases/{root.number}/", by=by, at=at
        )
    live.touch(f"case:{root.pk}")
    events.emit(CitizenAdded(case.pk, case.centre_id), at=at)
    return row


@transaction.atomic
def want_messages(*, case_id: int, wants: bool, by: Person, at: datetime) -> Tracking:
    """Whether the citizen wants to be written to about this report."""
    row = Tracking.objects.select_for_update(of=("self",)).select_related("case__centre").get(case=case_id)
    authorize(by, "citizens.take_in", row.case.centre)
    if row.wants_none == wants:
        row.wants_none = not wants
        row.save(update_fields=["wants_none"])
    return row

"""What happens to promises when something happens to their case: nothing is lost, whoever owes them learns of it."""

from datetime import datetime

from django.db import transaction

from hotline.cases.models import Case
from hotline.core.access import authorize
from hotline.core.events import once
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.promises.models import Promise, StepKind
from hotline.promises.services import steps


def _owed(case_id: int) -> list[Promise]:
    """What is owed about a case, locked in one order, so that two events never wait for each other."""
    rows = Promise.objects.owed().filter(case=case_id).order_by("pk")
    return list(rows.select_for_update(of=("self",)).select_related("owner", "centre", "case"))


@transaction.atomic
def case_ended(*, case: Case, into: Case | None, by: Person, at: datetime) -> int:
    """A case, or the one `into` which it was merged, has ended: what was promised is owed until the customer was told.

    Its owner learns now that he can tell him; once for each end.
    """
    ended = into or case
    if not once(f"promises.case_ended:{case.pk}:{ended.pk}:{ended.version}", at=at):
        return 0
    promises = _owed(case.pk)
    for promise in promises:
        authorize(by, "promises.run_clock", promise)
        steps.step(promise, StepKind.CASE_ENDED, by=by, at=at, note=ended.number)
        if promise.owner is not None:
            text = _("Case {number} has ended; now tell the customer: {what}")
            steps.notify(promise.owner, text, promise, by=by, at=at, number=case.number)
        steps.tell_pages(promise)
    return len(promises)


@transaction.atomic
def cases_merged(*, case: Case, into: Case, by: Person, at: datetime) -> int:
    """A case goes on in another one: every caller still gets his answer, and its owner sees where it comes from."""
    promises = _owed(case.pk)
    for promise in promises:
        authorize(by, "promises.run_clock", promise)
        if promise.merged_into_id == into.pk:
            continue
        promise.merged_into = into
        promise.save(update_fields=["merged_into"])
        steps.step(promise, StepKind.MERGED, by=by, at=at, note=into.number)
        if promise.owner is not None:
            text = _("Case {number} goes on in {into}; the customer still waits for: {what}")
            more = {"number": case.number, "into": into.number}
            steps.notify(promise.owner, text, promise, by=by, at=at, **more)
        steps.tell_pages(promise)
    return len(promises)


@transaction.atomic
def cases_parted(*, case: Case, by: Person, at: datetime) -> int:
    """A merge was undone: what is owed about the case is answered from the case itself again."""
    promises = [promise for promise in _owed(case.pk) if promise.merged_into_id]
    for promise in promises:
        authorize(by, "promises.run_clock", promise)
        parent, promise.merged_into = promise.merged_into, None
        promise.save(update_fields=["merged_into"])
        steps.step(promise, StepKind.UNMERGED, by=by, at=at, note=parent.number if parent else "")
        steps.tell_pages(promise)
    return len(promises)

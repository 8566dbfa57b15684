"""First-asked responsibility (D2.6): whoever took the problem in sees it to its end and tells the customer."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import ACTION_LABELS, STATUS_LABELS, Action, Status
from hotline.cases.models import Case, CaseEvent
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.events import once
from hotline.handover.models import AskedAgain, CustomerTold, FollowMark, How
from hotline.handover.queries import owed
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Centre, Person
from hotline.people.services import notices


@transaction.atomic
def mark_seen(*, case_id: int, by: Person, at: datetime) -> FollowMark:
    """The first owner has looked at what happened to the case."""
    case = Case.objects.get(pk=case_id)
    authorize(by, "handover.follow_case", case)
    mark = _mark(case)
    if mark.seen_version < case.version:
        mark.seen_version = case.version
        mark.save(update_fields=["seen_version"])
        live.touch(f"owed:{by.pk}")
    return mark


@transaction.atomic
def mark_all_seen(*, by: Person, at: datetime) -> int:
    """The first owner has looked at everything; how many cases had something new."""
    authorize(by, "handover.follow")
    count = 0
    for case in owed.with_news(by):
        mark = _mark(case)
        mark.seen_version = max(mark.seen_version, case.version)
        mark.save(update_fields=["seen_version"])
        count += 1
    live.touch(f"owed:{by.pk}")
    return count


def _mark(case: Case) -> FollowMark:
    FollowMark.objects.get_or_create(case=case)
    return FollowMark.objects.select_for_update().get(case=case)


@transaction.atomic
def tell_customer(*, case_id: int, how: str, note: str = "", by: Person, at: datetime) -> CustomerTold:
    """The customer knows how his case ended: with that the first owner owes nothing more."""
    case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
    authorize(by, "handover.tell_customer", case)
    if case.ended_at is None or (case.merged_into is not None and case.merged_into.ended_at is None):
        raise Refused(Refusal("D2.6", _("The case has not ended yet.")))
    if how not in How.values:
        raise Refused(Refusal("D2.6", _("Say how the customer was told."), {"field": "how"}))
    if how in {How.NOT_REACHED, How.NO_WISH} and not note.strip():
        raise Refused(Refusal("D2.6", _("Say what was tried, or what the customer said."), {"field": "note"}))
    told, new = CustomerTold.objects.get_or_create(
        case=case, ended_at=case.ended_at, defaults={"how": how, "note": note.strip(), "by": by, "at": at}
    )
    if not new:
        raise Refused(Refusal("D2.6", _("The customer was told already.")))
    live.touch(f"owed:{case.first_owner_id}", f"case:{case.pk}")
    return told


@transaction.atomic
def ask_first_owner(*, case_id: int, text: str, is_transfer: bool, by: Person, at: datetime) -> AskedAgain:
    """The customer asks again about an open case: send him to its first owner, or take a message for him (D2.6)."""
    case = Case.objects.select_related("first_owner").get(pk=case_id)
    authorize(by, "handover.ask_first_owner", case)
    owner = case.first_owner
    if owner is None:
        raise Refused(Refusal("D2.6", _("Nobody at the desk has taken this case in yet.")))
    if owner.pk == by.pk:
        raise Refused(Refusal("D2.6", _("You are the first owner yourself.")))
    if not text.strip():
        raise Refused(Refusal("D2.6", _("Say what the customer asks."), {"field": "text"}))
    if is_transfer and not owed.is_reachable(owner, at):
        raise Refused(Refusal("D2.6", _("{name} is not ready now: take a message."), {"name": owner.name}))
    asked = AskedAgain.objects.create(case=case, to=owner, by=by, is_transfer=is_transfer, text=text.strip(), at=at)
    words = (
        _("{name}: the customer of case {number} is on the line for you: {text}")
        if is_transfer
        else _("{name} took a message for you about case {number}: {text}")
    )
    params = {"name": by.name, "number": case.number, "text": text.strip()[:80]}
    notices.notify(to=owner, text=words, params=params, link="/handover/owed", by=by, at=at)
    live.touch(f"owed:{owner.pk}", f"case:{case.pk}")
    return asked


@transaction.atomic
def answer_asked_again(*, asked_id: int, answer: str, by: Person, at: datetime) -> AskedAgain:
    """The first owner has spoken to the customer, and says what came of it."""
    asked = AskedAgain.objects.select_for_update(of=("self",)).select_related("case", "by").get(pk=asked_id)
    authorize(by, "handover.answer_asked_again", asked)
    if not answer.strip():
        raise Refused(Refusal("D2.6", _("Say what came of it."), {"field": "answer"}))
    if asked.done_at is not None:
        return asked
    asked.done_at, asked.answer = at, answer.strip()
    asked.save(update_fields=["done_at", "answer"])
    params = {"name": by.name, "number": asked.case.number, "text": answer.strip()[:80]}
    words = _("{name} has answered the customer of case {number}: {text}")
    notices.notify(to=asked.by, text=words, params=params, link=f"/cases/{asked.case.number}", by=by, at=at)
    live.touch(f"owed:{by.pk}", f"case:{asked.case_id}")
    return asked


# What the first owner is told of: the case goes into another stage, comes back, or stands still.
TOLD_OF = frozenset(
    {
        Action.FILE,
        Action.GATE_RETURN,
        Action.DISPATCH,
        Action.ACCEPT,
        Action.SEND_BACK,
        Action.POSTPONE,
        Action.PARK,
        Action.RESUME,
        Action.FEEDBACK,
        Action.CHECKED,
        Action.VERIFIED,
        Action.REWORK,
        Action.REOPEN,
        Action.MERGE,
        Action.PART,
    }
)


@transaction.atomic
def tell_first_owners(*, centre: Centre, events: Iterable[CaseEvent], by: Person, at: datetime) -> int:
    """Tell first owners of steps that others took; the newest step of a case stands for those before it."""
    authorize(by, "handover.run_clock")
    newest: dict[int, CaseEvent] = {}
    for event in events:
        if event.action in TOLD_OF and event.case.centre_id == centre.pk:
            newest[event.case_id] = event
    count = 0
    for event in newest.values():
        count += _tell_step(event, by=by, at=at)
    return count


def _tell_step(event: CaseEvent, *, by: Person, at: datetime) -> bool:
    case, owner = event.case, event.case.first_owner
    mark = _mark(case)
    if mark.told_version >= event.seq:
        return False
    mark.told_version = event.seq
    mark.save(update_fields=["told_version"])
    if owner is None or not owner.is_active or event.actor_id == owner.pk:
        return False
    params = {"number": case.number, "what": ACTION_LABELS[Action(event.action)], "name": event.actor.name}
    text = _("The case you took in first, {number}: {what} ({name})")
    notices.notify(to=owner, text=text, params=params, link=f"/cases/{case.number}", by=by, at=at)
    live.touch(f"owed:{owner.pk}")
    return True


@transaction.atomic
def tell_of_end(*, case: Case, into: Case | None = None, by: Person, at: datetime) -> bool:
    """The case, or the one `into` which it was merged, has ended: its first owner learns it, once for each end."""
    authorize(by, "handover.run_clock")
    ended = into or case
    owner = case.first_owner
    if owner is None or not owner.is_active:
        return False
    if not once(f"handover.ended:{case.pk}:{ended.pk}:{ended.version}", at=at):
        return False
    params = {"number": case.number, "what": STATUS_LABELS[Status(ended.status)]}
    text = (
        _("The case you took in first, {number}, has ended: {what}. Tell the customer.")
        if case.customer_id
        else _("The case you took in first, {number}, has ended: {what}.")
    )
    notices.notify(to=owner, text=text, params=params, link="/handover/owed", by=by, at=at)
    live.touch(f"owed:{owner.pk}")
    return True

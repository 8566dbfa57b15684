"""Hints for a second look: what happened to a case later suggests a review, and never judges by itself."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import Action
from hotline.cases.models import Case, CaseEvent
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.quality.models import Hint, HintKind, HintStatus, ReadMark, Review
from hotline.quality.queries import decisions
from hotline.quality.services import reviewing
from hotline.rulebook.accuracy import Decision

BATCH = 20_000
OVERLAP = 2_000  # keys are not given in the order in which transactions end
MARK = "hints"
# What an event suggests, and whose decisions it makes worth another look.
SUGGESTS: dict[str, tuple[HintKind, tuple[Decision, ...]]] = {
    Action.REWORK.value: (HintKind.REWORK, (Decision.FILED,)),
    Action.GATE_RETURN.value: (HintKind.GATE_RETURN, (Decision.FILED,)),
    Action.SEND_BACK.value: (HintKind.SENT_BACK, (Decision.DISPATCHED,)),
    Action.REOPEN.value: (HintKind.REOPENED, (Decision.FILED,)),
}


@transaction.atomic
def suggest(
    *, case_id: int, kind: HintKind, because: str = "", before_seq: int | None = None, by: Person, at: datetime
) -> list[Hint]:
    """Suggest a review of whoever decided what has turned out badly; the same suggestion twice is one.

    `before_seq`: the event that tells it, when more has happened to the case since; later decisions are not meant.

    For areas above: an objection that was upheld calls this with HintKind.OBJECTION, while the case still lies with
    the department. That the case is then sent back says nothing more about the same dispatch.
    """
    authorize(by, "quality.suggest")
    case = Case.objects.get(pk=case_id)
    wanted = next((found for name, found in SUGGESTS.values() if name == kind), (Decision.DISPATCHED,))
    made = []
    for person, decision, event in _looked_at(case, kind, wanted, before_seq):
        if kind is HintKind.SENT_BACK and Hint.objects.filter(event=event, kind=HintKind.OBJECTION.value).exists():
            continue
        hint, is_new = Hint.objects.get_or_create(
            event=event,
            handler=person,
            kind=kind.value,
            defaults={
                "case": case,
                "decision": decision.value,
                "because": because,
                "at": at,
                "status": HintStatus.OPEN,
                "status_at": at,
                "status_by": by,
            },
        )
        if is_new:
            made.append(hint)
    if made:
        live.touch(f"quality:{case.centre_id}")
    return made


def _looked_at(
    case: Case, kind: HintKind, wanted: Sequence[Decision], before_seq: int | None
) -> list[tuple[Person, Decision, CaseEvent]]:
    found = [one for one in decisions.decided_in(case, before_seq) if one[1] in wanted]
    if kind is HintKind.SENT_BACK or kind is HintKind.OBJECTION:
        return found[-1:]  # the last dispatch is the one that came back
    return found


@transaction.atomic
def read_events(*, by: Person, at: datetime) -> int:
    """Look through the events since the last time; how many were read. Reading some twice does no harm."""
    authorize(by, "quality.suggest")
    mark, _is_new = ReadMark.objects.select_for_update().get_or_create(name=MARK)
    newest = CaseEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest <= mark.last:
        return 0
    start = max(mark.last - OVERLAP, 0)
    until = min(newest, mark.last + BATCH)
    rows = CaseEvent.objects.filter(pk__gt=start, pk__lte=until, action__in=list(SUGGESTS))
    for event in rows.select_related("case").order_by("pk"):
        kind, _wanted = SUGGESTS[event.action]
        suggest(case_id=event.case_id, kind=kind, because=event.note, before_seq=event.seq, by=by, at=at)
    read = until - mark.last
    mark.last = until
    mark.save(update_fields=["last"])
    return read


@transaction.atomic
def take(*, hint_id: int, by: Person, at: datetime) -> Review:
    """Have the suggested case reviewed."""
    hint = _locked(hint_id, by)
    reason = hint.get_kind_display() + (f": {hint.because}" if hint.because else "")
    asked = reviewing.ask(
        case_id=hint.case_id,
        handler=hint.handler,
        decision=Decision(hint.decision),
        reason=reason,
        by=by,
        at=at,
    )
    move(hint, HintStatus.TAKEN, by=by, at=at)
    return asked


@transaction.atomic
def dismiss(*, hint_id: int, reason: str, by: Person, at: datetime) -> Hint:
    """Let it be, with a reason."""
    hint = _locked(hint_id, by)
    if not reason.strip():
        raise Refused(Refusal("D3.8", _("Give a reason."), {"field": "reason"}))
    move(hint, HintStatus.DISMISSED, by=by, at=at, note=reason.strip())
    live.touch(f"quality:{hint.case.centre_id}")
    return hint


def _locked(hint_id: int, by: Person) -> Hint:
    hint = Hint.objects.select_for_update(of=("self",)).select_related("case", "handler").get(pk=hint_id)
    authorize(by, "quality.settle_hint", hint)
    return hint

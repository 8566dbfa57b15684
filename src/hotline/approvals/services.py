"""Chains of decisions: open, decide, withdraw; and delegates.

How an area uses it, with its own table and its own transaction around:

1. ask: `open_chain(subject="leave.leave", subject_id=row.pk, asker=person, steps=[Wanted(("centre_supervisor",)),
   Wanted(("director",))], text=gettext_noop("{name} asks for leave."), params={"name": person.name}, link=page, ...)`.
   `steps` are in order. Steps that nobody else could decide fall away, the highest first kept; when none is left it is
   refused. Whoever decides first is told.
2. decide: lock your row, then `outcome = decide(subject=..., subject_id=..., is_yes=True, note=note, by=by, at=at)`.
   `Outcome.OPEN`: the next one was told. `Outcome.APPROVED` / `REFUSED`: it is over; move your row and write what
   follows in the same transaction. Ask `access.may(person, "approvals.decide", chain)` to know whether to show buttons.
3. withdraw: `withdraw(subject=..., subject_id=..., by=by, at=at)` when the asker takes it back or it is gone.

`queries.waiting_for(person, subject)` is an approver's list, `queries.history(subject, ids)` what was decided by whom.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.approvals import queries
from hotline.approvals.models import Chain, ChainStatus, Delegation, Step
from hotline.approvals.queries import Wanted
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices

CLAUSE = "approvals"
FURTHEST = timedelta(days=366)
S = ChainStatus


class Outcome(StrEnum):
    """What became of a chain by a decision."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


@transaction.atomic
def open_chain(
    *,
    subject: str,
    subject_id: int,
    asker: Person,
    steps: Sequence[Wanted],
    text: str,
    params: Mapping[str, object] | None = None,
    link: str = "",
    by: Person,
    at: datetime,
) -> Chain:
    """Begin to decide about a thing: who decides in which order. The first ones are told.

    `text` is an English msgid with placeholders for `params`, readable for every decider. Refused when nobody else than
    the asker could decide, or while another chain about the thing is open.
    """
    authorize(by, "approvals.open", asker)
    wanted = queries.decidable(asker.centre_id, steps, on=local_day(at), asker=asker.pk)
    if not wanted:
        note = _("Nobody in the centre can decide this: somebody must hold the position first.")
        raise Refused(Refusal(CLAUSE, note))
    if queries.open_chain(subject, subject_id):
        raise Refused(Refusal(CLAUSE, _("This is being decided already.")))
    values = {key: value if isinstance(value, int) else str(value) for key, value in (params or {}).items()}
    chain = Chain(
        centre_id=asker.centre_id, subject=subject, subject_id=subject_id, asker=asker, text=text, params=values,
        link=link, opened_at=at,
    )  # fmt: skip
    begin(chain, S.OPEN, by=by, at=at)
    chain.save(force_insert=True)
    Step.objects.bulk_create(
        Step(chain=chain, number=number, positions=list(one.positions), unit=one.unit, asker=asker, is_turn=number == 1)
        for number, one in enumerate(wanted, start=1)
    )
    _tell_next(chain, by, at)
    return chain


@transaction.atomic
def decide(*, subject: str, subject_id: int, is_yes: bool, note: str = "", by: Person, at: datetime) -> Outcome:
    """Take the present step. A no ends the chain and needs its reason; a yes passes it on, the last one approves."""
    chain = _locked(subject, subject_id)
    authorize(by, "approvals.decide", chain)
    if not is_yes and not note.strip():
        raise Refused(Refusal(CLAUSE, _("Say why you do not agree."), {"field": "note"}))
    step = Step.objects.select_for_update(of=("self",)).get(chain=chain, is_turn=True)
    step.stood_in_for = queries.stands_for(by, step)
    step.is_yes, step.decided_by, step.decided_at, step.note, step.is_turn = is_yes, by, at, note.strip(), False
    step.save(update_fields=["is_yes", "decided_by", "decided_at", "note", "is_turn", "stood_in_for"])
    if not is_yes:
        move(chain, S.REFUSED, by=by, at=at, note=note.strip())
        _touch(chain)
        return Outcome.REFUSED
    following = Step.objects.select_for_update().filter(chain=chain, number__gt=step.number).first()
    if following is None:
        move(chain, S.APPROVED, by=by, at=at, note=note.strip())
        _touch(chain)
        return Outcome.APPROVED
    following.is_turn = True
    following.save(update_fields=["is_turn"])
    _tell_next(chain, by, at)
    return Outcome.OPEN


@transaction.atomic
def withdraw(*, subject: str, subject_id: int, note: str = "", by: Person, at: datetime) -> Chain:
    """Whoever asked takes it back before it is decided; what was decided of it so far stays in the history."""
    chain = _locked(subject, subject_id)
    authorize(by, "approvals.withdraw", chain)
    for step in Step.objects.select_for_update().filter(chain=chain, is_turn=True):
        step.is_turn = False
        step.save(update_fields=["is_turn"])
    move(chain, S.WITHDRAWN, by=by, at=at, note=note.strip())
    _touch(chain)
    return chain


def _locked(subject: str, subject_id: int) -> Chain:
    rows = Chain.objects.select_for_update(of=("self",)).select_related("asker")
    chain = rows.of(subject, subject_id).filter(status=S.OPEN).first()
    if chain is None:
        raise Refused(Refusal(CLAUSE, _("This is decided already: look at its page again.")))
    return chain


def _tell_next(chain: Chain, by: Person, at: datetime) -> None:
    step = queries.turn(chain)
    if step is not None:
        for person in queries.deciders(step, on=local_day(at)):
            notices.notify(to=person, text=chain.text, params=chain.params, link=chain.link, by=by, at=at)
    _touch(chain)


def _touch(chain: Chain) -> None:
    live.touch(f"approvals:{chain.centre_id}", f"{chain.subject}:{chain.subject_id}")


# ---------------------------------------------------------------- delegates


@transaction.atomic
def appoint(*, giver: Person, to: Person, first: date, last: date, by: Person, at: datetime) -> Delegation:
    """Let somebody stand in for an absent one from a day to another, both included; he learns of it."""
    list(Person.objects.select_for_update(no_key=True).filter(pk=giver.pk).values_list("pk"))
    authorize(by, "approvals.appoint", giver)
    refuse_if(_appoint_faults(giver, to, first, last, local_day(at)))
    days = DateRange(first, last + timedelta(days=1))
    row = Delegation.objects.create(giver=giver, to=to, days=days, made_by=by, made_at=at)
    told = _("You stand in for {name} from {first} to {last}: what waits for that decision waits for you too.")
    params = {"name": giver.name, "first": first.isoformat(), "last": last.isoformat()}
    notices.notify(to=to, text=told, params=params, link="/approvals/", by=by, at=at)
    live.touch(f"approvals:{giver.centre_id}")
    return row


def _appoint_faults(giver: Person, to: Person, first: date, last: date, today: date) -> list[Refusal]:
    found = []
    if to not in queries.could_stand_in(giver):
        found.append(Refusal(CLAUSE, _("Choose a colleague of the centre."), {"field": "to"}))
    if last < first or last < today:
        found.append(Refusal(CLAUSE, _("The last day lies before the first one, or is over."), {"field": "last"}))
    if last - first > FURTHEST:
        found.append(Refusal(CLAUSE, _("Nobody stands in for longer than a year."), {"field": "last"}))
    days = DateRange(first, last, "[]") if first <= last else None
    if days and Delegation.objects.filter(giver=giver, days__overlap=days).exists():
        note = _("Somebody stands in on some of these days already: end that first.")
        found.append(Refusal(CLAUSE, note, {"field": "first"}))
    return found


@transaction.atomic
def end_delegation(*, delegation_id: int, by: Person, at: datetime) -> None:
    """Nobody stands in any more; what was decided meanwhile stays, and the history keeps who stood in."""
    row = Delegation.objects.select_for_update(of=("self",)).select_related("giver").get(pk=delegation_id)
    authorize(by, "approvals.appoint", row.giver)
    centre_id = row.giver.centre_id
    row.delete()
    live.touch(f"approvals:{centre_id}")

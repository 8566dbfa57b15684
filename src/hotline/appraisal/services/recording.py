"""Exam results, and incidents: proposed by one, the person heard, confirmed by another (D3.9, D3.13, D5, D6)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from hotline.appraisal.models import (
    Absence,
    ExamResult,
    Incident,
    MatterKind,
    MatterStatus,
    Period,
    PeriodStatus,
)
from hotline.appraisal.queries.facts import first_day
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices

S = MatterStatus
CLAUSES = {MatterKind.MINOR: "D6.1", MatterKind.MAJOR: "D6.2", MatterKind.CONDUCT: "D3.13", MatterKind.REWARD: "D3.14"}
MOST = {MatterKind.MINOR: 0, MatterKind.MAJOR: 0, MatterKind.CONDUCT: 10, MatterKind.REWARD: 5}
MINE = "/appraisal/incidents"


def _must_be_open(person: Person, month: date) -> None:
    decided = (PeriodStatus.CONFIRMED, PeriodStatus.CLOSED)
    if _locked_status(person, month) in decided:
        raise Refused(Refusal("D3.2", _("That month is confirmed or closed: nothing is added to it.")))


def _locked_status(person: Person, month: date) -> str | None:
    rows = Period.objects.select_for_update(of=("self",)).filter(centre=person.centre_id, month=month)
    return next((row.status for row in rows), None)


def _must_not_be_shown(person: Person, month: date) -> None:
    """What everybody has seen takes no new matter: it would come after the person looked (D3.2)."""
    if _locked_status(person, month) not in (None, PeriodStatus.COMPUTED):
        note = _(
            "That month was shown to everybody already: nothing new is put forward for it. Put it forward under the "
            "day on which it was found, in a month that is still open, and say when it happened."
        )
        raise Refused(Refusal("D3.2", note, {"field": "day"}))


@transaction.atomic
def record_exam(
    *, person: Person, month: date, score: Decimal | None, absent: str = "", paper: str, by: Person, at: datetime
) -> ExamResult:
    """The month's exam of one person; recorded again it is put right, and the trail keeps what it was."""
    authorize(by, "appraisal.record_exam", person)
    _must_be_open(person, month)
    if (score is None) != bool(absent):
        raise Refused(Refusal("D3.9", _("Give a score, or why there is none."), {"field": "score"}))
    if not paper.strip():
        raise Refused(Refusal("D3.9", _("Say which paper it was: it is the evidence."), {"field": "paper"}))
    if score is not None and not 0 <= score <= 100:
        raise Refused(Refusal("D3.9", _("A score is from 0 to 100."), {"field": "score"}))
    row, _made = ExamResult.objects.update_or_create(
        person=person,
        month=month,
        defaults={
            "score": score,
            "absent": Absence(absent).value if absent else "",
            "paper": paper.strip(),
            "recorded_by": by,
            "recorded_at": at,
        },
    )
    live.touch(f"my_month:{person.pk}")
    return row


@transaction.atomic
def propose(
    *, person: Person, day: date, kind: str, points: int = 0, words: str, evidence: str, by: Person, at: datetime
) -> Incident:
    """Put a breach, conduct or a reward forward, with evidence; nothing is taken or given by it."""
    authorize(by, "appraisal.propose", person)
    matter = MatterKind(kind)
    clause = CLAUSES[matter]
    month = first_day(day)
    _must_not_be_shown(person, month)
    if day > local_day(at):
        raise Refused(Refusal(clause, _("That day is still to come."), {"field": "day"}))
    if not words.strip() or not evidence.strip():
        note = _("Say what happened, and what shows it.")
        raise Refused(Refusal(clause, note, {"field": "words" if not words.strip() else "evidence"}))
    if not (1 <= points <= MOST[matter] if MOST[matter] else points == 0):
        note = _("Points are from 1 to {most} for this kind, and none for a breach.")
        raise Refused(Refusal(clause, note, {"most": MOST[matter], "field": "points"}))
    row = Incident(
        person=person, month=month, day=day, kind=matter.value, points=points, words=words.strip(),
        evidence=evidence.strip(), proposed_by=by, proposed_at=at,
    )  # fmt: skip
    begin(row, S.PROPOSED, by=by, at=at)
    row.save(force_insert=True)
    text = _("Something about you was put forward: say what you have to say.")
    notices.notify(to=person, text=text, link=_page_of(row), by=by, at=at)
    live.touch(f"appraisal:{person.centre_id}", f"my_month:{person.pk}")
    return row


def _page_of(row: Incident) -> str:
    """Where it stands: its own month, which may be an earlier one than the page begins with."""
    return f"{MINE}?month={row.month}#incident-{row.pk}"


def _locked(incident_id: int) -> Incident:
    return Incident.objects.select_for_update(of=("self",)).select_related("person").get(pk=incident_id)


@transaction.atomic
def hear(*, incident_id: int, statement: str, by: Person, at: datetime) -> Incident:
    """The person concerned says what he has to say."""
    row = _locked(incident_id)
    authorize(by, "appraisal.state", row)
    if not statement.strip():
        raise Refused(Refusal(CLAUSES[MatterKind(row.kind)], _("Say something, or leave it."), {"field": "statement"}))
    row.statement = statement.strip()
    move(row, S.HEARD, by=by, at=at, also=("statement",))
    live.touch(f"appraisal:{row.person.centre_id}")
    return row


@transaction.atomic
def decide_incident(*, incident_id: int, confirm: bool, note: str, by: Person, at: datetime) -> Incident:
    """Confirm it or drop it: somebody who neither proposed it nor is concerned, after the person was heard."""
    row = _locked(incident_id)
    authorize(by, "appraisal.confirm_incident", row)
    clause = CLAUSES[MatterKind(row.kind)]
    _must_be_open(row.person, row.month)
    if confirm and row.kind != MatterKind.REWARD and not row.statement:
        raise Refused(Refusal(clause, _("The person concerned has not been heard yet.")))
    if not note.strip():
        raise Refused(Refusal(clause, _("Give the reason."), {"field": "note"}))
    move(row, S.CONFIRMED if confirm else S.DROPPED, by=by, at=at, note=note.strip())
    text = _("What was put forward about you was confirmed: {note}") if confirm else _("It was dropped: {note}")
    notices.notify(to=row.person, text=text, params={"note": note.strip()}, link=_page_of(row), by=by, at=at)
    live.touch(f"appraisal:{row.person.centre_id}", f"my_month:{row.person_id}")
    return row

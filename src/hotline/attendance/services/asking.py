"""Excuses and corrections: asked by one person, decided by another (D2.3, readings 12 and 13)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.attendance.access import DECIDING
from hotline.attendance.events import AttendanceChanged
from hotline.attendance.models import (
    AskStatus,
    AttendanceFact,
    AttendanceState,
    Correction,
    Excuse,
    ExcuseKind,
    Source,
)
from hotline.attendance.queries.records import values_of
from hotline.attendance.services.deriving import derive
from hotline.core import events, live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.spans import Span
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.queries import nearest, system_person
from hotline.people.services import notices
from hotline.rulebook.attendance import Rung, ladder_terms, rungs

LONGEST = timedelta(hours=24)
HERE = "/attendance/"
INBOX = "/attendance/inbox"


@transaction.atomic
def ask_excuse(*, person: Person, span: Span, kind: str, words: str, by: Person, at: datetime) -> Excuse:
    """Ask that some time be excused; it counts once somebody else has approved it."""
    authorize(by, "attendance.ask", person)
    _needs_words(words)
    if not timedelta() < span.length <= LONGEST:
        raise Refused(Refusal("D2.3", _("Give a time of up to 24 hours, its end after its begin."), {"field": "until"}))
    excuse = Excuse(
        person=person,
        span=DateTimeTZRange(span.start, span.end),
        kind=ExcuseKind(kind).value,
        words=words.strip(),
        asked_by=by,
        asked_at=at,
    )
    begin(excuse, AskStatus.ASKED, by=by, at=at)
    excuse.save(force_insert=True)
    _tell_deciding(person, _("{person} asks for an excuse on {day}."), local_day(span.start), by, at)
    _touch(person)
    return excuse


@transaction.atomic
def decide_excuse(*, excuse_id: int, approve: bool, note: str, by: Person, at: datetime) -> Excuse:
    """Approve or refuse it; an approved one is taken into account at once."""
    excuse = Excuse.objects.select_for_update(of=("self",)).select_related("person__centre").get(pk=excuse_id)
    authorize(by, "attendance.decide", excuse)
    move(excuse, _verdict(approve=approve, note=note), by=by, at=at, note=note.strip())
    person = excuse.person
    if approve:
        first, last = local_day(excuse.span.lower), local_day(excuse.span.upper)
        program = system_person(person.centre)
        derive(centre=person.centre, first=first - timedelta(days=1), last=last, by=program, at=at, only=person)
    text = _("Your excuse was approved.") if approve else _("Your excuse was not approved: {note}")
    notices.notify(to=person, text=text, params={"note": note.strip()}, link=HERE, by=by, at=at)
    _touch(person)
    return excuse


@transaction.atomic
def ask_correction(
    *, fact_id: int, state: str, late_s: int = 0, early_s: int = 0, words: str, by: Person, at: datetime
) -> Correction:
    """Say that a shift was something else, and why; one request for a shift at a time."""
    fact = AttendanceFact.objects.select_for_update(of=("self",)).select_related("person").get(pk=fact_id)
    authorize(by, "attendance.ask", fact.person)
    _needs_words(words)
    wanted = AttendanceState(state)
    if not fact.is_current:
        raise Refused(Refusal("D2.2", _("There is a newer finding about this shift: open that one.")))
    if (wanted is AttendanceState.LATE) != bool(late_s):
        raise Refused(Refusal("D2.2", _("Say by how many minutes, and only for “late”."), {"field": "late_minutes"}))
    if early_s and wanted not in (AttendanceState.PRESENT, AttendanceState.LATE):
        note = _("Only who came can leave early.")
        raise Refused(Refusal("D2.4", note, {"field": "early_minutes"}))
    length = int((fact.span.upper - fact.span.lower).total_seconds())
    if max(late_s, early_s) > length:
        raise Refused(Refusal("D2.2", _("That is longer than the shift."), {"field": "late_minutes"}))
    if Correction.objects.filter(fact=fact, status=AskStatus.ASKED).exists():
        raise Refused(Refusal("D2.2", _("A correction of this shift is being decided already.")))
    row = Correction(
        fact=fact,
        person=fact.person,
        state=wanted.value,
        late_s=late_s,
        early_s=early_s,
        words=words.strip(),
        asked_by=by,
        asked_at=at,
    )
    begin(row, AskStatus.ASKED, by=by, at=at)
    row.save(force_insert=True)
    _tell_deciding(fact.person, _("{person} asks for a correction of his shift of {day}."), fact.day, by, at)
    _touch(fact.person)
    return row


@transaction.atomic
def decide_correction(*, correction_id: int, approve: bool, note: str, by: Person, at: datetime) -> Correction:
    """Approved by a second person it becomes a new fact beside the old one; nothing that was found is edited."""
    rows = Correction.objects.select_for_update(of=("self",)).select_related("person", "fact")
    row = rows.get(pk=correction_id)
    authorize(by, "attendance.decide", row)
    old = AttendanceFact.objects.select_for_update().get(person=row.person_id, span=row.fact.span, is_current=True)
    move(row, _verdict(approve=approve, note=note), by=by, at=at, note=note.strip())
    if approve:
        old.is_current = False
        old.save(update_fields=["is_current"])
        made = _corrected(old, row, by, at)
        made.save(force_insert=True)
        events.emit(AttendanceChanged(made.person_id, made.day.isoformat(), made.state), at=at)
    text = (
        _("The record of your shift of {day} was corrected.")
        if approve
        else _("The record of your shift of {day} stays: {note}")
    )
    params = {"day": old.day.isoformat(), "note": note.strip()}
    notices.notify(to=row.person, text=text, params=params, link=HERE, by=by, at=at)
    _touch(row.person)
    return row


def _corrected(old: AttendanceFact, row: Correction, by: Person, at: datetime) -> AttendanceFact:
    zh, en = f"经复核更正：{row.words}", f"Corrected after a check: {row.words}"
    return AttendanceFact(
        person=old.person,
        entry=old.entry,
        day=old.day,
        span=old.span,
        shift=old.shift,
        number=old.number + 1,
        source=Source.CORRECTED,
        state=row.state,
        late_s=row.late_s,
        early_s=row.early_s,
        is_logged=Rung.LOGGED in rungs.on(old.day)(row.late_s, ladder_terms(values_of(old.day, old.facts).reading())),
        over_limit=old.over_limit,
        reasons=[{"clause": "D2.2", "zh": zh, "en": en, "evidence": [f"correction {row.pk}"]}],
        facts=old.facts,
        digest=old.digest,
        rule_version=old.rule_version,
        correction=row,
        made_at=at,
        made_by=by,
    )


def _needs_words(words: str) -> None:
    if not words.strip():
        raise Refused(Refusal("D2.3", _("Give the reason."), {"field": "words"}))


def _verdict(*, approve: bool, note: str) -> AskStatus:
    if not approve and not note.strip():
        raise Refused(Refusal("D2.3", _("Say why you do not agree."), {"field": "note"}))
    return AskStatus.APPROVED if approve else AskStatus.REFUSED


def _tell_deciding(person: Person, text: str, day: date, by: Person, at: datetime) -> None:
    """Whoever may decide it learns of it: neither the person nor the one who asked for him."""
    params = {"person": person.name, "day": day.isoformat()}
    for one in nearest(person, *DECIDING, on=local_day(at), besides=[by.pk]):
        notices.notify(to=one, text=text, params=params, link=INBOX, by=by, at=at)


def _touch(person: Person) -> None:
    live.touch(f"attendance:{person.pk}", f"attendance_inbox:{person.centre_id}")

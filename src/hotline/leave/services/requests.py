"""Asking for leave, taking it back, coming back from it (D2.8 to D2.10, D4, A7.12, A7.16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.urls import reverse

from hotline.approvals import services as approvals
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.leave.logic import sealing
from hotline.leave.logic.spans import away, halves
from hotline.leave.models import Leave, LeaveDay, LeaveStatus, PrivateWords, Spell
from hotline.leave.models.requests import SUBJECT
from hotline.leave.queries import facts, requests
from hotline.leave.queries.facts import Reading, Roster
from hotline.leave.services import ledger
from hotline.people.models import Centre, Person
from hotline.people.queries import leaders_of
from hotline.people.services import notices
from hotline.rosters.services import absences
from hotline.rulebook import leave as rules
from hotline.rulebook.leave import Code, Piece

L = LeaveStatus
ONE_DAY = timedelta(days=1)
BACK = timedelta(days=31)  # nobody asks for leave of longer ago: human resources correct that
KEPT = timedelta(days=730)  # as long as the wage records that rest on it (two years)
ASKS = _("{name}: {kind}, {first} to {last}. It waits for your decision.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for."""

    kind: str
    piece: Piece
    reason: str = ""


@transaction.atomic
def ask_leave(*, person: Person, wish: Wish, by: Person, at: datetime) -> Leave:
    """Ask for leave: counted in shifts missed, promised from balance and day, and put before whoever decides first.

    One request of a centre at a time, so that neither the last place of a day (A7.16) nor the last day of a balance is
    promised twice. Sickness is booked in the roster at once and never blocked; it is decided all the same (D2.8).
    """
    authorize(by, "leave.ask", person)
    lock(person)
    kind = _kind(wish, at)
    if kind.has_balance:
        for year in {wish.piece.first.year, wish.piece.last.year}:
            ledger.post_grants(person=person, year=year, by=by, at=at)
    reading = facts.read(person, kind, wish.piece, wish.reason, at)
    refuse_if([*reading.refusals, *_long_ago(wish.piece, kind, at)])
    row = _row(person, kind, wish, reading, by, at)
    settle_spell(row, reading.spell)
    row.save(force_insert=True)
    count(row, reading)
    if kind.is_restricted and wish.reason.strip():
        sealed = sealing.seal(wish.reason.strip().encode(), requests.secrets())
        PrivateWords.objects.create(leave=row, sealed=sealed, keep_until=wish.piece.last + KEPT)
    show(row, reading.roster, by, at)
    _open(row, kind, reading, by, at)
    if kind.code is Code.SICK:
        _tell_leaders(row, by, at)
    touch(row)
    return row


def lock(person: Person) -> None:
    """One request of a centre at a time, then one of a person; keys only, so that other work on them goes on."""
    list(Centre.objects.select_for_update(no_key=True).filter(pk=person.centre_id).values_list("pk"))
    list(Person.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))


def _kind(wish: Wish, at: datetime) -> rules.Kind:
    kind = rules.kinds(local_day(at)).get(wish.kind)
    if kind is None:
        raise Refused(Refusal("D2.8", _("Choose a kind of leave."), {"field": "kind"}))
    return kind


def _long_ago(piece: Piece, kind: rules.Kind, at: datetime) -> Iterable[Refusal]:
    today = local_day(at)
    if piece.first < today - BACK:
        yield Refusal(kind.clause, _("That is too long ago: ask human resources."), {"field": "first"})


def _row(person: Person, kind: rules.Kind, wish: Wish, reading: Reading, by: Person, at: datetime) -> Leave:
    piece, sick = wish.piece, kind.code is Code.SICK
    begins = reading.roster.spans.get(piece.first)
    row = Leave(
        person=person,
        kind=kind.code.value,
        first=piece.first,
        last=piece.last,
        from_middle=piece.from_middle,
        to_middle=piece.to_middle,
        halves=NumericRange(*halves(piece)),
        half_days=reading.facts.half_days,
        shifts=reading.facts.shifts,
        reason="" if kind.is_restricted else wish.reason.strip(),
        is_late=reading.is_late,
        is_beside=reading.is_beside,
        extends_id=max(reading.spell, default=None),
        report_due_at=facts.report_due(person.centre_id, piece.first, begins.start if begins else None)
        if sick
        else None,
        asked_at=at,
        asked_by=by,
    )
    begin(row, L.ASKED, by=by, at=at)
    return row


def settle_spell(row: Leave, beside: tuple[int, ...]) -> None:
    """Put a piece into the spell of those it meets; two spells that it joins become the older one (reading 58)."""
    spells = sorted(set(Leave.objects.filter(pk__in=beside).values_list("spell", flat=True)))
    if not spells:
        row.spell = Spell.objects.create(person=row.person, kind=row.kind)
        return
    spell = Spell.objects.select_for_update().get(pk=spells[0])
    if len(spells) > 1:
        for other in Spell.objects.select_for_update().filter(pk__in=spells[1:]):
            spell.is_exempt = spell.is_exempt or other.is_exempt
            spell.exempted_by = spell.exempted_by or other.exempted_by
            spell.exempted_why = spell.exempted_why or other.exempted_why
        Leave.objects.filter(spell__in=spells[1:]).update(spell=spell)
        Spell.objects.filter(pk__in=spells[1:]).delete()
    spell.ended_on = spell.ended_at = None  # it goes on
    spell.save()
    row.spell = spell


def count(row: Leave, reading: Reading) -> None:
    """Write down what is counted of each day."""
    LeaveDay.objects.filter(leave=row).delete()
    presumed = reading.roster.presumed
    LeaveDay.objects.bulk_create(
        LeaveDay(
            leave=row, day=one.day, half_days=one.half_days, is_shift=one.is_shift, is_presumed=one.day in presumed
        )
        for one in reading.counted
    )


def book(row: Leave, roster: Roster, by: Person, at: datetime) -> None:
    """The roster knows from now on that somebody is away, and of a restricted kind not why."""
    kind = requests.kind_of(row)
    absences.book(
        person=row.person, span=away(row.piece, roster.spans), kind=_in_roster(kind), ref=row.pk, by=by, at=at,
        is_planned=kind.is_planned,
    )  # fmt: skip


def show(row: Leave, roster: Roster, by: Person, at: datetime) -> None:
    """Booked once it is granted, and sickness at once (D2.8); until then the roster shows what is asked."""
    if row.status == L.GRANTED or row.kind == Code.SICK.value:
        book(row, roster, by, at)
        return
    span, kind = away(row.piece, roster.spans), _in_roster(requests.kind_of(row))
    absences.ask(person=row.person, span=span, kind=kind, ref=row.pk, by=by, at=at)


def give_up(row: Leave, by: Person, at: datetime) -> None:
    """The roster has somebody again."""
    absences.give_back(kind=_in_roster(requests.kind_of(row)), ref=row.pk, by=by, at=at)


def _in_roster(kind: rules.Kind) -> str:
    return "leave" if kind.is_restricted else kind.code.value


def _open(row: Leave, kind: rules.Kind, reading: Reading, by: Person, at: datetime) -> None:
    params = {
        "name": row.person.name, "kind": kind.name, "first": row.first.isoformat(), "last": row.last.isoformat(),
    }  # fmt: skip
    approvals.open_chain(
        subject=SUBJECT, subject_id=row.pk, asker=row.person, steps=facts.steps_of(reading.chain, local_day(at)),
        text=ASKS, params=params, link=link(row), by=by, at=at,
    )  # fmt: skip


def link(row: Leave) -> str:
    """Where a request is looked at and decided."""
    return reverse("leave:leave", args=[row.pk])


def _tell_leaders(row: Leave, by: Person, at: datetime) -> None:
    told = _("{name} is not coming from {first} on: sick, told at {told}.")
    local = f"{at.astimezone(rules.ZONE):%H:%M}"
    params = {"name": row.person.name, "first": row.first.isoformat(), "told": local}
    for leader in leaders_of(row.person, on=local_day(at)):
        notices.notify(to=leader, text=told, params=params, link=link(row), by=by, at=at)


def touch(row: Leave) -> None:
    """Pages that show it fetch themselves again."""
    live.touch(f"leave:{row.person.centre_id}", f"leaves:{row.person_id}", f"{SUBJECT}:{row.pk}")


def locked(leave_id: int) -> Leave:
    """Centre, person, then the request: in the order in which asking locks them."""
    lock(Person.objects.get(pk=Leave.objects.values_list("person", flat=True).get(pk=leave_id)))
    rows = Leave.objects.select_for_update(of=("self",)).select_related("person__centre", "spell", "asked_by")
    return rows.get(pk=leave_id)


# ---------------------------------------------------------------- taking it back


@transaction.atomic
def take_back(*, leave_id: int, by: Person, at: datetime, note: str = "") -> Leave:
    """Withdraw what is not decided, or give back what was granted and has not begun; the places are free again."""
    row = locked(leave_id)
    authorize(by, "leave.take_back", row)
    if row.status == L.ASKED:
        approvals.withdraw(subject=SUBJECT, subject_id=row.pk, note=note, by=by, at=at)
        move(row, L.WITHDRAWN, by=by, at=at, note=note)
    else:
        if row.first <= local_day(at):
            note = _("It has begun: say that you are back instead.")
            raise Refused(Refusal("D2.10", note))
        move(row, L.CANCELLED, by=by, at=at, note=note)
        ledger.give_back(leave=row, by=by, at=at)
    give_up(row, by, at)
    leave_spell(row)
    touch(row)
    return row


def leave_spell(row: Leave) -> None:
    """A piece that is not leave any more belongs to no spell; a spell without pieces is none."""
    spell, row.spell = row.spell, None
    row.save(update_fields=["spell"])
    if spell is not None and not spell.pieces.exists():
        spell.delete()


# ---------------------------------------------------------------- coming back


@transaction.atomic
def come_back(*, leave_id: int, on: date, by: Person, at: datetime) -> Spell:
    """Somebody is at work again from a day on: what lies after it is given back, and his spell ends (D2.10)."""
    row = locked(leave_id)
    authorize(by, "leave.see_returning", row)
    spell = row.spell
    if row.status not in {L.ASKED, L.GRANTED} or spell is None:
        raise Refused(Refusal("D2.10", _("This is no leave that somebody is on.")))
    pieces = list(Leave.objects.select_for_update(of=("self",)).live().filter(spell=spell).order_by("first"))
    begun = min(piece.first for piece in pieces)
    if on > local_day(at) + ONE_DAY and on <= max(piece.last for piece in pieces):
        raise Refused(Refusal("D2.10", _("Say it on the day, or the evening before."), {"field": "on"}))
    if on <= begun:
        raise Refused(Refusal("D2.10", _("It has not begun then: take it back instead."), {"field": "on"}))
    for piece in pieces:
        if piece.first >= on:
            _undo(piece, by, at)
        elif piece.last >= on:
            _shorten(piece, on, by, at)
    end_spell(spell, min(on, max(piece.last for piece in pieces) + ONE_DAY), at)
    touch(row)
    return spell


def _undo(piece: Leave, by: Person, at: datetime) -> None:
    if piece.status == L.ASKED:
        approvals.withdraw(subject=SUBJECT, subject_id=piece.pk, by=by, at=at)
        move(piece, L.WITHDRAWN, by=by, at=at)
    else:
        move(piece, L.CANCELLED, by=by, at=at)
        ledger.give_back(leave=piece, by=by, at=at)
    give_up(piece, by, at)
    piece.spell = None
    piece.save(update_fields=["spell"])


def _shorten(piece: Leave, on: date, by: Person, at: datetime) -> None:
    """What was counted before the day stays counted; the rest is given back."""
    LeaveDay.objects.filter(leave=piece, day__gte=on).delete()
    days = list(piece.days.all())
    piece.last, piece.to_middle = on - ONE_DAY, False
    piece.halves = NumericRange(*halves(piece.piece))
    piece.half_days, piece.shifts = sum(day.half_days for day in days), sum(day.is_shift for day in days)
    piece.save(update_fields=["last", "to_middle", "halves", "half_days", "shifts"])
    if piece.status == L.GRANTED:
        ledger.settle(leave=piece, by=by, at=at)
    show(piece, facts.roster_of(piece.person, piece.first, piece.last), by, at)


def end_spell(spell: Spell, on: date, at: datetime) -> None:
    """Write down that a spell is over; the talk of return after it is opened on the next shift, above (A7.13)."""
    spell.ended_on, spell.ended_at = on, at
    spell.save(update_fields=["ended_on", "ended_at"])


@transaction.atomic
def run_out(*, leave_id: int, by: Person, at: datetime) -> None:
    """The last day of a spell is over and nobody has extended it: its person is expected back."""
    row = locked(leave_id)
    authorize(by, "leave.see_returning", row)
    spell = row.spell
    if spell is None or spell.ended_on is not None or row.status not in {L.ASKED, L.GRANTED}:
        return
    last = max(Leave.objects.live().filter(spell=spell).values_list("last", flat=True))
    if last < local_day(at):
        end_spell(spell, last + ONE_DAY, at)
        touch(row)


@transaction.atomic
def exempt(*, leave_id: int, why: str, by: Person, at: datetime) -> Spell:
    """Serious illness or a special reason: the spell costs nothing and opens no review (reading 73)."""
    row = locked(leave_id)
    authorize(by, "leave.exempt", row)
    if not why.strip():
        raise Refused(Refusal("D3.4", _("Say why it is exempted."), {"field": "why"}))
    if row.spell is None:
        raise Refused(Refusal("D2.10", _("This is no leave that somebody is on.")))
    spell = Spell.objects.select_for_update().get(pk=row.spell.pk)
    spell.is_exempt, spell.exempted_by, spell.exempted_why = True, by, why.strip()
    spell.save(update_fields=["is_exempt", "exempted_by", "exempted_why"])
    touch(row)
    return spell

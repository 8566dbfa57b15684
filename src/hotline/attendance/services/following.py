"""What attendance brings: talks that are filed, the month's statistics."""

from datetime import date, datetime, timedelta

from django.db import transaction

from hotline.attendance.access import TALKING
from hotline.attendance.models import MonthStatement, Talk, TalkKind, TalkStatus
from hotline.attendance.queries import pages
from hotline.attendance.queries.records import digest
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day, wall
from hotline.core.states import begin, move
from hotline.handbook.queries import values_on
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.messages.logic.sealing import seal
from hotline.messages.queries import secrets
from hotline.people.models import Centre, Person
from hotline.people.queries import nearest
from hotline.people.services import notices
from hotline.rosters.models import RosterEntry
from hotline.rulebook.attendance import ladder_terms, return_talk_due, return_terms, talk_wanted

TALK_WITHIN = timedelta(days=7)  # the handbook names no time for this talk; the centre's own
TALKS = "/attendance/talks"
TEXTS = {
    TalkKind.RETURN: _("Talk with {person} on the day of return."),
    TalkKind.LATENESS: _("Talk with {person} about repeated lateness."),
}


@transaction.atomic
def open_return_talk(*, person: Person, ref: str, shift: RosterEntry, by: Person, at: datetime) -> Talk | None:
    """The talk on the day of return is due; None where it was opened before."""
    authorize(by, "attendance.open_talk", person)
    terms = return_terms(values_on(person.centre_id, shift.day).reading())
    due = return_talk_due.on(shift.day)(shift.day, shift.span.lower, terms)
    return _open(person, TalkKind.RETURN, ref, [ref], due, by, at)


@transaction.atomic
def look_at_lateness(*, person: Person, month: date, by: Person, at: datetime) -> Talk | None:
    """Open a talk where somebody was late as often as the rule says (A7.15); None where none is due.

    One that waits is no longer due once too few latenesses are left, corrected or excused; one that was held stays.
    """
    authorize(by, "attendance.open_talk", person)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # one count of his latenesses at a time
    found = pages.latenesses(person.pk, month)
    terms = ladder_terms(values_on(person.centre_id, month).reading())
    wanted = talk_wanted.on(month)([seconds for _key, seconds in found], terms)
    because = [f"attendance {key}" for key, _seconds in found]
    talk = Talk.objects.select_for_update().filter(person=person, kind=TalkKind.LATENESS, ref=f"{month:%Y-%m}").first()
    if talk is None:
        if not wanted:
            return None
        return _open(person, TalkKind.LATENESS, f"{month:%Y-%m}", because, at + TALK_WITHIN, by, at)
    if talk.status == TalkStatus.HELD:
        return None
    if not wanted:
        if talk.status == TalkStatus.DUE:
            move(talk, TalkStatus.VOID, by=by, at=at)
            live.touch(f"attendance_inbox:{person.centre_id}")
        return None
    talk.because = because
    if talk.status == TalkStatus.DUE:
        talk.save(update_fields=["because"])
        return talk
    talk.due_at = at + TALK_WITHIN
    move(talk, TalkStatus.DUE, by=by, at=at, also=("because", "due_at"))
    _tell_of(talk, by, at)
    return talk


def _open(
    person: Person, kind: TalkKind, ref: str, because: list[str], due: datetime, by: Person, at: datetime
) -> Talk | None:
    if Talk.objects.filter(person=person, kind=kind, ref=ref).exists():
        return None
    talk = Talk(person=person, kind=kind.value, ref=ref, because=because, opened_at=at, due_at=due)
    begin(talk, TalkStatus.DUE, by=by, at=at)
    talk.save(force_insert=True)
    _tell_of(talk, by, at)
    return talk


def _tell_of(talk: Talk, by: Person, at: datetime) -> None:
    person = talk.person
    for one in nearest(person, *TALKING, on=local_day(at)):
        text = TEXTS[TalkKind(talk.kind)]
        notices.notify(to=one, text=text, params={"person": person.name}, link=TALKS, by=by, at=at)
    live.touch(f"attendance_inbox:{person.centre_id}")


@transaction.atomic
def hold_talk(*, talk_id: int, words: str, health: str = "", by: Person, at: datetime) -> Talk:
    """File a talk that was held: what was agreed, and apart from it, sealed, what was said of his health."""
    talk = Talk.objects.select_for_update(of=("self",)).select_related("person").get(pk=talk_id)
    authorize(by, "attendance.hold_talk", talk)
    if not words.strip():
        clause = "A7.13" if talk.kind == TalkKind.RETURN else "A7.15"
        raise Refused(Refusal(clause, _("Say what was agreed: it is filed."), {"field": "words"}))
    talk.words = words.strip()
    if health.strip():
        talk.health = seal({"words": health.strip()}, secrets())
    move(talk, TalkStatus.HELD, by=by, at=at, also=("words", "health"))
    notices.notify(to=talk.person, text=_("A talk with you was filed."), link="/attendance/", by=by, at=at)
    live.touch(f"attendance_inbox:{talk.person.centre_id}", f"attendance:{talk.person_id}")
    return talk


@transaction.atomic
def confirm_month(*, centre: Centre, month: date, by: Person, at: datetime) -> MonthStatement:
    """The shift leader confirms the month's statistics as they stand (B2.2); the same again changes nothing."""
    authorize(by, "attendance.confirm_month", centre.pk)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if at < wall(pages.month_end(month) + timedelta(days=1)):
        raise Refused(Refusal("B2.2", _("The month is not over yet: confirm it from the first of the next one.")))
    figures = pages.figures(pages.statistics(by, month))
    if not figures:
        raise Refused(Refusal("B2.2", _("There is nothing to confirm in this month.")))
    last = pages.confirmed(by, month)
    total = digest(figures)
    if last is not None and last.digest == total:
        return last
    row = MonthStatement.objects.create(
        centre=centre,
        month=month,
        number=last.number + 1 if last else 1,
        figures=figures,
        digest=total,
        confirmed_by=by,
        confirmed_at=at,
    )
    live.touch(f"attendance_month:{centre.pk}")
    return row

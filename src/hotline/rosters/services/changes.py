"""Changes of a published roster (A7.7): told in time they are simply made, later they need consent or a reason."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from hotline.core import audit, clock, states
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.rosters.logic.plans import Consent
from hotline.rosters.models import ChangeConsent, RosterEntry, ShiftType
from hotline.rosters.queries.notice import late_notice
from hotline.rosters.services import common, entries


@transaction.atomic
def ask_change(
    *, person: Person, day: date, after: ShiftType | None, reason: str, by: Person, at: datetime
) -> ChangeConsent:
    """Ask somebody whether his shift of a day may be another, or none; it stays as it is until he agrees."""
    change = _change(person, day, after, reason, by, at)
    states.begin(change, Consent.ASKED, by=by, at=at)
    change.save(force_insert=True)
    text = gettext_noop("{who} asks whether your shift of {day} may be changed: please answer.")
    _notify(change, text, by, at)
    return change


@transaction.atomic
def order_change(
    *, person: Person, day: date, after: ShiftType | None, reason: str, by: Person, at: datetime
) -> ChangeConsent:
    """Change a shift for a reason, without consent; it is kept as late notice when it comes too late."""
    change = _change(person, day, after, reason, by, at)
    states.begin(change, Consent.ORDERED, by=by, at=at)
    change.save(force_insert=True)
    _apply(change, by, at)
    _notify(change, gettext_noop("{who} has changed your shift of {day}: {reason}"), by, at)
    return change


@transaction.atomic
def answer_change(*, change_id: int, agrees: bool, by: Person, at: datetime, note: str = "") -> ChangeConsent:
    """The person says yes, and the roster changes in the same moment, or no, and it stays."""
    change = _locked(change_id)
    authorize(by, "rosters.answer_change", change)
    if change.status != Consent.ASKED:
        raise Refused(Refusal("A7.7", gettext_noop("This question is answered or withdrawn already.")))
    states.move(change, Consent.AGREED if agrees else Consent.DECLINED, by=by, at=at, note=note.strip()[:200])
    if agrees:
        _apply(change, change.asked_by, at)
    text = (
        gettext_noop("{who} agrees to the other shift of {day}.")
        if agrees
        else gettext_noop("{who} does not agree to the other shift of {day}.")
    )
    notices.notify(
        to=change.asked_by, text=text, params={"who": by.name, "day": f"{change.day:%Y-%m-%d}"},
        link=f"{reverse('rosters:month')}?month={change.day:%Y-%m}", by=by, at=at,
    )  # fmt: skip
    common.tell(change.person.centre_id, [change.person_id])
    return change


@transaction.atomic
def withdraw_change(*, change_id: int, by: Person, at: datetime) -> ChangeConsent:
    """Take back a question that is not answered yet."""
    change = _locked(change_id)
    authorize(by, "rosters.plan", change.person)
    states.move(change, Consent.WITHDRAWN, by=by, at=at)
    common.tell(change.person.centre_id, [change.person_id])
    return change


def _locked(change_id: int) -> ChangeConsent:
    rows = ChangeConsent.objects.select_for_update(of=("self",))
    return rows.select_related("person__centre", "before", "after", "asked_by__centre").get(pk=change_id)


def _change(person: Person, day: date, after: ShiftType | None, reason: str, by: Person, at: datetime) -> ChangeConsent:
    reason = reason.strip()
    with audit.because(reason):
        authorize(by, "rosters.plan", person)
    common.lock_people([person.pk])
    entry = _entry(person, day)
    before = entry.shift_type if entry else None
    faults = []
    if not reason:
        faults.append(Refusal("C3", gettext_noop("Say why the shift is changed."), {"field": "reason"}))
    if person.pk == by.pk:
        faults.append(Refusal("C3", gettext_noop("Nobody changes his own shift: ask somebody else who plans.")))
    if before == after:
        faults.append(Refusal("A7.7", gettext_noop("That is the shift already."), {"field": "shift_type"}))
    if day < clock.local_day(at):
        faults.append(Refusal("C3", gettext_noop("A day that is over is not planned any more.")))
    if ChangeConsent.objects.filter(person=person, day=day, status=Consent.ASKED).exists():
        faults.append(Refusal("A7.7", gettext_noop("A change of this day waits for an answer: withdraw it first.")))
    refuse_if(faults)
    return ChangeConsent(
        person=person,
        day=day,
        before=before,
        after=after,
        reason=reason[:200],
        asked_at=at,
        asked_by=by,
        days_late=late_notice(person.centre_id, day, clock.local_day(at)),
    )


def _entry(person: Person, day: date) -> RosterEntry | None:
    return RosterEntry.objects.filter(person=person, day=day).select_related("shift_type").order_by("span").first()


def _apply(change: ChangeConsent, planner: Person, at: datetime) -> None:
    """Make the roster say what was agreed or ordered, in the name of whoever planned it."""
    entry = _entry(change.person, change.day)
    if (entry.shift_type if entry else None) != change.before:
        raise Refused(Refusal("A7.7", gettext_noop("The shift was changed meanwhile: ask again.")))
    if entry is not None and change.after is not None:
        entries.replan(
            entry_id=entry.pk, shift_type=change.after, day=change.day, reason=change.reason, by=planner, at=at
        )
    elif entry is not None:
        entries.cancel(entry_id=entry.pk, reason=change.reason, by=planner, at=at)
    elif change.after is not None:
        entries.plan(person=change.person, shift_type=change.after, day=change.day, by=planner, at=at)


def _notify(change: ChangeConsent, text: str, by: Person, at: datetime) -> None:
    params = {"who": by.name, "day": f"{change.day:%Y-%m-%d}", "reason": change.reason}
    notices.notify(to=change.person, text=text, params=params, link=reverse("rosters:mine"), by=by, at=at)
    common.tell(change.person.centre_id, [change.person_id])

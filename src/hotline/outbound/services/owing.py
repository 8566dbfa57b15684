"""Appointments as debts: each stands in the ledger of promises (A2.16) until it is called."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from hotline.customers.logic import mask
from hotline.outbound.models import Record
from hotline.outbound.queries.work import terms
from hotline.people.models import Person
from hotline.people.queries import system_person
from hotline.promises.logic import Channel, Kind
from hotline.promises.models import Promise
from hotline.promises.queries.superiors import unit_of
from hotline.promises.services import ledger

SIGNS = "{campaign}: {name} {number}"


def owe(record: Record, *, by: Person, at: datetime) -> Promise:
    """Write the appointment into the ledger: owed by the person, or by his team when anybody may call.

    It is due once the time is over in which it is kept for him: a call is not late because it took a minute.
    """
    if record.appointment_at is None:
        raise ValueError("no appointment")
    what = SIGNS.format(campaign=record.campaign.name, name=record.name, number=mask(record.e164))
    return ledger.open_promise(
        kind=Kind.FOLLOW_UP,
        what=" ".join(what.split()),
        due=record.appointment_at + terms(at).own_only,
        via=Channel.PHONE,
        holder=by if record.promised_to_id else unit_of(by, at),
        by=by,
        at=at,
    )


def keep(record: Record, ending: str, note: str, *, by: Person, at: datetime) -> None:
    """He was called: what was promised is kept, in time or late, whatever came of it."""
    if record.promise is None:
        return
    promise = Promise.objects.get(pk=record.promise.pk)
    if promise.is_owed:
        words = f"{ending}：{note.strip()}" if note.strip() else ending
        ledger.keep(promise_id=promise.pk, via=Channel.PHONE, words=words, by=by, at=at)


def let_go(record: Record, note: str, *, at: datetime) -> None:
    """He must not be called any more: what was promised him is owed no longer, with the reason."""
    if record.promise is None:
        return
    promise = Promise.objects.select_related("centre").get(pk=record.promise.pk)
    if promise.is_owed:
        with translation.override(settings.LANGUAGE_CODE):
            words = gettext(note)
        ledger.withdraw(promise_id=promise.pk, note=words, by=system_person(promise.centre), at=at)

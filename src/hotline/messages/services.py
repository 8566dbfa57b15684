"""Writes of texts: ask for one, work the queue, word occasions, opt out, look behind the mask, forget."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hotline.core import clock, events, live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.messages import queries
from hotline.messages.events import MessageDelivered, MessageFailed, MessageQueued
from hotline.messages.logic import occasions, sealing, sending
from hotline.messages.logic.occasions import Occasion, Words
from hotline.messages.models import Attempt, Look, Message, OptOut, Parcel, Status, Wording
from hotline.messages.senders import Attached, Letter
from hotline.people.models import Person

MOST_BYTES = 8_000_000
NOT_WANTED = _("The receiver wants no messages.")
TOO_MANY = _("This address was written to too often today.")
FORGOTTEN = _("Its text is forgotten.")


@transaction.atomic
def send(  # noqa: PLR0913 a text has that many sides
    *,
    channel: str,
    to: str,
    occasion: str,
    params: Mapping[str, object],
    key: str,
    about: str = "",
    language: str = queries.CHINESE,
    urgent: bool = False,
    files: Sequence[Attached] = (),
    by: Person,
    at: datetime,
) -> Message:
    """Ask for a text to go out, once for a key: asked again it is the text that is there.

    Refused when nothing can be sent to such an address. Who opted out, or was written to too often, gets nothing, and
    the row says so. An SMS waits for the end of the quiet hours unless it is urgent.
    """
    authorize(by, "messages.send")
    why = occasions.occasion_of(occasion)
    address = sending.normalise(channel, to)
    _one_at_a_time(f"{by.centre_id}:{key}", f"{by.centre_id}:{queries.known_by(address)}")
    known = queries.by_key(by.centre_id, key)
    if known is not None:
        return known
    terms = sending.TERMS.on(clock.local_day(at))
    refusal = _not_to_send(by.centre_id, why, channel, address, terms, at)
    message = Message(
        centre_id=by.centre_id,
        key=key,
        channel=channel,
        occasion=why.code,
        about=about,
        shown_address=sending.mask(channel, address),
        asked_by=by,
        at=at,
    )
    begin(message, Status.SKIPPED if refusal else Status.QUEUED, by=by, at=at, note=refusal)
    if not refusal:
        message.next_at = sending.first_moment(channel, clock.local(at), terms.quiet, urgent=urgent)
    message.save(force_insert=True)
    words = queries.words_for(by.centre_id, why, channel, language)
    _pack(message, address, _filled(words, params), files, at)
    if refusal:
        events.emit(_failed(message), at=at)
    else:
        events.emit(MessageQueued(message.pk), at=at)
    live.touch(f"messages:{message.centre_id}")
    return message


def _one_at_a_time(*keys: str) -> None:
    """Hold keys until the transaction ends: a second call of the same effect waits and then finds the first."""
    with connection.cursor() as cursor:
        for key in sorted(keys):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 51))", [key])


def _not_to_send(centre_id: int, why: Occasion, channel: str, address: str, terms: sending.Terms, at: datetime) -> str:
    if why.is_refusable and queries.wants_none(centre_id, address):
        return NOT_WANTED
    if why.is_limited and queries.sent_to(centre_id, address, channel, at) >= terms.most_a_day[channel]:
        return TOO_MANY
    return ""


def _filled(words: Words, params: Mapping[str, object]) -> Words:
    return Words(occasions.one_line(occasions.fill(words.subject, params)), occasions.fill(words.text, params))


def _pack(message: Message, address: str, words: Words, files: Sequence[Attached], at: datetime) -> None:
    if sum(len(file.content) for file in files) > MOST_BYTES:
        raise Refused(Refusal("messages.files", _("The files are too large for a mail.")))
    held: dict[str, Any] = {
        "to": address,
        "subject": words.subject,
        "text": words.text,
        "files": [
            {"name": file.name, "type": file.media_type, "content": base64.b64encode(file.content).decode()}
            for file in files
        ],
    }
    Parcel.objects.create(
        message=message, known_by=queries.known_by(address), sealed=sealing.seal(held, queries.secrets()), at=at
    )


def _failed(message: Message) -> MessageFailed:
    return MessageFailed(message.pk, message.key, message.occasion, message.about, message.status, message.status_note)


def _locked(message_id: int) -> Message:
    return Message.objects.select_for_update(of=("self",)).get(pk=message_id)


@transaction.atomic
def claim(*, message_id: int, by: Person, at: datetime) -> Letter | None:
    """Take a text whose moment has come for one try; None when there is nothing to do (another took it)."""
    message = Message.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=message_id).first()
    if message is None:
        return None
    authorize(by, "messages.deliver", message)
    if message.status != Status.QUEUED or message.next_at is None or message.next_at > at:
        return None
    letter = queries.letter_of(message)
    if letter is None:
        move(message, Status.CANCELLED, by=by, at=at, note=FORGOTTEN)
        events.emit(_failed(message), at=at)
        return None
    message.tries += 1
    move(message, Status.SENDING, by=by, at=at, also=("tries",))
    Attempt.objects.create(message=message, number=message.tries, at=at)
    return letter


@transaction.atomic
def note_sent(*, message_id: int, reference: str, by: Person, at: datetime) -> Message:
    """The carrier took the text."""
    message = _locked(message_id)
    authorize(by, "messages.deliver", message)
    message.reference, message.next_at = reference[:200], None
    move(message, Status.SENT, by=by, at=at, also=("reference", "next_at"))
    _end_attempt(message, at, "", is_sent=True)
    events.emit(MessageDelivered(message.pk, message.key, message.occasion, message.about), at=at)
    return message


@transaction.atomic
def note_failed(*, message_id: int, reason: str, for_good: bool = False, by: Person, at: datetime) -> Message:
    """A try failed: wait for the next one, or give up after the last."""
    message = _locked(message_id)
    authorize(by, "messages.deliver", message)
    terms = sending.TERMS.on(clock.local_day(at))
    message.next_at = None if for_good else sending.next_try(message.tries, at, terms)
    over = message.next_at is None
    move(message, Status.FAILED if over else Status.QUEUED, by=by, at=at, note=reason, also=("next_at",))
    _end_attempt(message, at, reason, is_sent=False)
    if over:
        events.emit(_failed(message), at=at)
    return message


def _end_attempt(message: Message, at: datetime, note: str, *, is_sent: bool) -> None:
    attempt = Attempt.objects.select_for_update().get(message=message, number=message.tries)
    attempt.ended_at, attempt.is_sent, attempt.note = at, is_sent, note[:300]
    attempt.save(update_fields=["ended_at", "is_sent", "note"])
    live.touch(f"messages:{message.centre_id}")


@transaction.atomic
def note_unclear(*, by: Person, at: datetime) -> int:
    """Tries that began and never ended (the machine stopped): nobody knows, so nothing is sent twice. How many."""
    authorize(by, "messages.purge")
    silence = sending.TERMS.on(clock.local_day(at)).silence
    rows = Message.objects.select_for_update().filter(
        centre=by.centre_id, status=Status.SENDING, status_at__lt=at - silence
    )
    count = 0
    for message in rows:
        message.next_at = None
        move(message, Status.UNCLEAR, by=by, at=at, also=("next_at",))
        events.emit(_failed(message), at=at)
        count += 1
    return count


@transaction.atomic
def send_again(*, message_id: int, by: Person, at: datetime) -> Message:
    """Let a text that was given up, or whose outcome is unknown, be tried from the start."""
    message = _locked(message_id)
    authorize(by, "messages.keep", message)
    if not Parcel.objects.filter(message=message).exists():
        raise Refused(Refusal("messages.forgotten", FORGOTTEN))
    message.next_at = at
    move(message, Status.QUEUED, by=by, at=at, also=("next_at",))
    events.emit(MessageQueued(message.pk), at=at)
    live.touch(f"messages:{message.centre_id}")
    return message


@transaction.atomic
def withdraw(*, message_id: int, reason: str, by: Person, at: datetime) -> Message:
    """Keep a waiting text from going out."""
    message = _locked(message_id)
    authorize(by, "messages.keep", message)
    if not reason.strip():
        raise Refused(Refusal("messages.withdraw", _("Give a reason."), {"field": "reason"}))
    message.next_at = None
    move(message, Status.CANCELLED, by=by, at=at, note=reason.strip(), also=("next_at",))
    events.emit(_failed(message), at=at)
    live.touch(f"messages:{message.centre_id}")
    return message


@transaction.atomic
def word(
    *,
    occasion: str,
    channel: str,
    subject: str,
    text: str,
    language: str = queries.CHINESE,
    by: Person,
    at: datetime,
) -> Wording:
    """Word an occasion anew for this centre; only its own placeholders may stand in the text."""
    authorize(by, "messages.keep")
    why = occasions.occasion_of(occasion)
    words = Words(subject.strip() if channel == occasions.MAIL else "", text.strip())
    refuse_if(occasions.faults(why, channel, words))
    said = {"subject": words.subject, "text": words.text, "changed_at": at, "changed_by": by}
    wording, _made = Wording.objects.update_or_create(
        centre_id=by.centre_id, occasion=why.code, channel=channel, language=language, defaults=said
    )
    return wording


@transaction.atomic
def word_as_delivered(
    *, occasion: str, channel: str, language: str = queries.CHINESE, by: Person, at: datetime
) -> None:
    """Go back to the wording that comes with the product."""
    authorize(by, "messages.keep")
    Wording.objects.filter(centre=by.centre_id, occasion=occasion, channel=channel, language=language).delete()


@transaction.atomic
def opt_out(*, channel: str, address: str, by: Person, at: datetime) -> OptOut:
    """The address wants no more texts of this centre."""
    authorize(by, "messages.send")
    written = sending.normalise(channel, address)
    shown = {"shown_address": sending.mask(channel, written), "at": at}
    row, _made = OptOut.objects.get_or_create(
        centre_id=by.centre_id, known_by=queries.known_by(written), defaults=shown
    )
    return row


@transaction.atomic
def opt_in(*, channel: str, address: str, by: Person, at: datetime) -> None:
    """The address wants texts again."""
    authorize(by, "messages.send")
    written = sending.normalise(channel, address)
    OptOut.objects.filter(centre=by.centre_id, known_by=queries.known_by(written)).delete()


@transaction.atomic
def reveal(*, message_id: int, reason: str, by: Person, at: datetime) -> Letter:
    """Look at the whole address and text; the log says who, which, why and when (A3.6)."""
    message = Message.objects.get(pk=message_id)
    authorize(by, "messages.reveal", message)
    list(Person.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk"))  # one look at a time
    if not reason.strip():
        raise Refused(Refusal("A3.6", _("Say why you need to see it."), {"field": "reason"}))
    most = sending.TERMS.on(clock.local_day(at)).looks_a_day
    if queries.looks_today(by, at) >= most:
        note = _("You have looked {most} times today; ask your shift leader.")
        raise Refused(Refusal("A3.6", note, {"most": most}))
    letter = queries.letter_of(message)
    if letter is None:
        raise Refused(Refusal("messages.forgotten", FORGOTTEN))
    Look.objects.create(message=message, person=by, reason=reason.strip(), at=at)
    return letter


@transaction.atomic
def forget(*, by: Person, at: datetime) -> int:
    """Delete addresses and words whose time is over; what is left says only that something was sent. How many."""
    authorize(by, "messages.purge")
    kept = sending.TERMS.on(clock.local_day(at)).kept
    old = Parcel.objects.filter(message__centre=by.centre_id, at__lt=at - kept)
    gone, _each = old.exclude(message__status__in=[Status.QUEUED, Status.SENDING]).delete()
    return gone

"""Recordings: begun with the talk, kept with a hash when it is over, listened to on record, erased after their time."""

import hashlib
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import numpy as np
from django.db import transaction

from hotline.core import clock, live
from hotline.core.access import authorize
from hotline.kernel.rules import Dated, Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person, Position
from hotline.people.services import notices
from hotline.telephony.logic import sound
from hotline.telephony.models import Call, Listening, NightCheck, Recording, RecordingFate
from hotline.telephony.queries.files import file_of

KEPT_DAYS: Dated[int] = Dated({date(2020, 1, 1): 730})
MOST_STRAYS = 100
NIGHT_TOLD = (Position.CENTRE_SUPERVISOR, Position.SYSADMIN)


@dataclass(frozen=True, slots=True)
class NightCounts:
    """What a night did with the recordings."""

    looked_at: int = 0
    hashed: int = 0
    erased: int = 0
    missing: int = 0
    back: int = 0


@transaction.atomic
def begin(*, recording_id: UUID, call_ref: str, centre: Centre, person_id: int, by: Person, at: datetime) -> bool:
    """A talk begins to be recorded; False when the call is not known."""
    authorize(by, "telephony.run_acd", centre)
    call = Call.objects.filter(centre=centre, ref=call_ref).first()
    if call is None:
        return False
    day = clock.local_day(at)
    Recording.objects.get_or_create(
        pk=recording_id,
        defaults={
            "call": call,
            "person_id": person_id,
            "began_at": at,
            "fate": RecordingFate.RUNNING,
            "keep_until": day + timedelta(days=KEPT_DAYS.on(day)),
        },
    )
    return True


@transaction.atomic
def keep(*, recording_id: UUID, caller: Path | None, person: Path | None, by: Person, at: datetime) -> Recording:
    """The talk is over: both sides become one file with a hash; without any sound the recording is missing."""
    row = Recording.objects.select_for_update(of=("self",)).select_related("call__centre").get(pk=recording_id)
    authorize(by, "telephony.run_acd", row.call.centre)
    if row.fate == RecordingFate.KEPT:
        return row
    sides = [_samples(path) for path in (caller, person)]
    if not any(side.size for side in sides):
        row.fate = RecordingFate.MISSING
        row.save(update_fields=["fate"])
        return row
    row.path = f"{clock.local(row.began_at):%Y/%m/%d}/{row.pk}.wav"
    data = sound.stereo(*sides)
    target = file_of(row)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with wave.open(str(target), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(sound.RATE)
        out.writeframes(data.tobytes())
    row.sha256, row.size = hashlib.sha256(target.read_bytes()).hexdigest(), target.stat().st_size
    row.length_ms, row.wave = len(data) * 1000 // sound.RATE, sound.loudness(data)
    row.fate = RecordingFate.KEPT
    row.save(update_fields=["path", "sha256", "size", "length_ms", "wave", "fate"])
    live.touch(f"calls:{row.call.centre_id}")
    return row


def _samples(path: Path | None) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    if path is None or not path.exists():
        return np.zeros(0, dtype=np.int16)
    with wave.open(str(path), "rb") as source:
        return np.frombuffer(source.readframes(source.getnframes()), dtype=np.int16)


@transaction.atomic
def listen(*, recording_id: UUID, reason: str, by: Person, at: datetime) -> Recording:
    """Open a recording to listen; who, why and when is kept for good."""
    row = Recording.objects.select_related("call").get(pk=recording_id)
    authorize(by, "telephony.listen", row)
    if row.fate != RecordingFate.KEPT:
        raise Refused(Refusal("A2.14", gettext_noop("There is nothing to listen to.")))
    if not reason.strip():
        raise Refused(Refusal("A2.14", gettext_noop("Say why you listen."), {"field": "reason"}))
    Listening.objects.create(recording=row, person=by, reason=reason.strip()[:200], at=at)
    live.touch(f"calls:{row.call.centre_id}")
    return row


@transaction.atomic
def erase_old(*, centre: Centre, by: Person, at: datetime, most: int = 500) -> int:
    """Erase what is past its time and not held, so many at most; the rows stay and say so. How many.

    A file goes once its row says that it is gone: a machine that stops in between leaves a file that the next night
    finds, never a row that claims what is not there.
    """
    authorize(by, "telephony.run_acd", centre)
    old = Recording.objects.select_for_update(of=("self",)).filter(
        call__centre=centre, keep_until__lt=clock.local_day(at), is_held=False, fate=RecordingFate.KEPT
    )
    rows = list(old.order_by("keep_until", "pk")[:most])
    for row in rows:
        row.fate, row.wave = RecordingFate.ERASED, []
        row.save(update_fields=["fate", "wave"])
        transaction.on_commit(partial(file_of(row).unlink, missing_ok=True))
    return len(rows)


@transaction.atomic
def hold(*, recording_id: UUID, reason: str, by: Person, at: datetime) -> Recording:
    """Keep a recording beyond its time, for a dispute or an investigation: who, when and why stands with it."""
    row = Recording.objects.select_for_update(of=("self",)).select_related("call__centre").get(pk=recording_id)
    authorize(by, "telephony.hold_recording", row)
    if row.fate != RecordingFate.KEPT:
        raise Refused(Refusal("A2.14", gettext_noop("There is nothing to keep: the recording is not in store.")))
    if not reason.strip():
        raise Refused(Refusal("A2.14", gettext_noop("Say why it is kept."), {"field": "reason"}))
    row.is_held, row.hold_reason, row.held_by, row.held_at = True, reason.strip()[:200], by, at
    row.save(update_fields=["is_held", "hold_reason", "held_by", "held_at"])
    live.touch(f"calls:{row.call.centre_id}")
    return row


@transaction.atomic
def release(*, recording_id: UUID, by: Person, at: datetime) -> Recording:
    """The recording is kept for its usual time again; past that the next night erases it. History keeps the hold."""
    row = Recording.objects.select_for_update(of=("self",)).select_related("call__centre").get(pk=recording_id)
    authorize(by, "telephony.hold_recording", row)
    if row.is_held:
        row.is_held, row.hold_reason, row.held_by, row.held_at = False, "", None, None
        row.save(update_fields=["is_held", "hold_reason", "held_by", "held_at"])
        live.touch(f"calls:{row.call.centre_id}")
    return row


@transaction.atomic
def mark(*, recording_id: UUID, fate: RecordingFate, by: Person, at: datetime) -> bool:
    """The night's look: a file is missing or another than was kept, or it is there again. Whether that was news."""
    row = Recording.objects.select_for_update(of=("self",)).select_related("call__centre").get(pk=recording_id)
    authorize(by, "telephony.run_acd", row.call.centre)
    if row.fate in {fate, RecordingFate.ERASED}:
        return False
    row.fate = fate
    row.save(update_fields=["fate"])
    return True


@transaction.atomic
def write_night(*, centre: Centre, counts: NightCounts, strays: Sequence[str], by: Person, at: datetime) -> NightCheck:
    """What the night found; whoever answers for the lines is told when anything is amiss."""
    authorize(by, "telephony.run_acd", centre)
    row = NightCheck.objects.create(
        centre=centre, at=at, looked_at=counts.looked_at, hashed=counts.hashed, erased=counts.erased,
        missing=counts.missing, back=counts.back, strays=list(strays[:MOST_STRAYS]), stray_count=len(strays),
    )  # fmt: skip
    if counts.missing or strays:
        people = Person.objects.filter(centre=centre, is_active=True, is_system=False)
        for person in people.holding(*NIGHT_TOLD, on=clock.local_day(at)).distinct():
            notices.notify(
                to=person, text=gettext_noop("Recordings: {missing} missing, {strays} files that no row knows."),
                params={"missing": counts.missing, "strays": len(strays)}, link="/calls/recordings", by=by, at=at,
            )  # fmt: skip
    return row

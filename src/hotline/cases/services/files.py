"""Keep a file of a case: checked, under the hash of its bytes, never overwritten (B3.4: photos before and after)."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from hotline.cases.logic import filetypes, pictures
from hotline.cases.logic.filetypes import BadFile
from hotline.cases.logic.flow import Action
from hotline.cases.logic.pictures import Shot
from hotline.cases.models import Attachment, Case, FileKind
from hotline.cases.queries.files import path_of
from hotline.cases.services import act
from hotline.core import clock
from hotline.core.access import authorize
from hotline.core.ids import uuid7
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person

CLAUSE = "cases.file"
MOST_FILES = 200


@transaction.atomic
def attach(
    *,
    case_id: int,
    kind: str,
    name: str,
    content: bytes,
    by: Person,
    at: datetime,
    shot_at: datetime | None = None,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
) -> Attachment:
    """Add a file to a case; the same bytes of the same kind are kept once and come back as the row they have.

    Moment and place of a picture are taken from the picture itself where the caller does not know them.
    """
    authorize(by, "cases.attach", Case.objects.get(pk=case_id))
    media_type, shot = _checked(kind, name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    case = Case.objects.select_for_update().get(pk=case_id)
    known = Attachment.objects.filter(case=case, sha256=sha256, kind=kind).first()
    if known:
        return known
    if Attachment.objects.filter(case=case).count() >= MOST_FILES:
        raise Refused(Refusal(CLAUSE, _("A case keeps at most {most} files."), {"most": MOST_FILES}))
    _keep(path_of(sha256), content)  # before the row: a row never points to nothing
    key = uuid7(at)
    said = {"file": str(key), "kind": kind, "name": name, "sha256": sha256}
    event = act.record(case, action=Action.ATTACH, by=by, at=at, note=name, data=said)
    point = (latitude, longitude) if latitude is not None and longitude is not None else (shot.latitude, shot.longitude)
    return Attachment.objects.create(
        id=key,
        case=case,
        event_seq=event.seq,
        kind=kind,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=sha256,
        shot_at=shot_at or _moment(shot, at),
        latitude=point[0],
        longitude=point[1],
        by=by,
        at=at,
    )


def _checked(kind: str, name: str, content: bytes) -> tuple[str, Shot]:
    """The type of the file and what the picture says of itself; Refused says why the file is not taken."""
    if kind not in FileKind.values:
        raise Refused(Refusal(CLAUSE, _("There is no such kind of file: {kind}."), {"kind": kind}))
    try:
        found = filetypes.checked_type(name, content)
        is_picture = found.media_type in filetypes.PICTURES
        shot = pictures.checked_picture(content, found.media_type) if is_picture else Shot()
    except BadFile as bad:
        raise Refused(Refusal(CLAUSE, bad.note, bad.params)) from bad
    return found.media_type, shot


def _moment(shot: Shot, at: datetime) -> datetime | None:
    """The shot's moment; a camera whose clock is ahead of ours, or before digital cameras, is not believed."""
    if shot.at is None:
        return None
    known = shot.at if shot.at.tzinfo else shot.at.replace(tzinfo=clock.ZONE)
    return known.astimezone(UTC) if known.year > 1990 and known <= at + timedelta(minutes=10) else None


def _keep(path: Path, content: bytes) -> None:
    """Write the bytes under their hash so that they are there wholly or not at all, power cut or not."""
    if path.exists() and path.stat().st_size == len(content):
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(6).hex()}")
    try:
        with fresh.open("xb") as file:
            fresh.chmod(0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

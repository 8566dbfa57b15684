"""What the nightly check compares: recordings in the tables and files on the disk."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from hotline.core import clock
from hotline.people.models import Centre
from hotline.telephony.models import NightCheck, Recording, RecordingFate
from hotline.telephony.queries.files import file_of

CYCLE = 30  # days within which every file is read as a whole once
FRESH = timedelta(days=2)  # what was recorded since then is read at once
ABANDONED = timedelta(hours=24)  # a talk that "is being recorded" for longer was never finished


def to_compare(centre: Centre) -> Iterator[Recording]:
    """Recordings that must have a file, and those whose file was missing."""
    fates = [RecordingFate.KEPT, RecordingFate.MISSING]
    rows = Recording.objects.filter(call__centre=centre, fate__in=fates).exclude(path="")
    yield from rows.order_by("began_at", "pk").iterator(chunk_size=500)


def is_whole(row: Recording, at: datetime) -> tuple[bool, bool]:
    """Whether the file is the one that was kept, and whether it was read as a whole for that.

    Its length is looked at each night, its content in the first two nights, once a month, and when it was missing.
    """
    path = file_of(row)
    try:
        if path.stat().st_size != row.size:
            return False, False
        if not _reads(row, at):
            return True, False
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == row.sha256, True
    except OSError:
        return False, False


def _reads(row: Recording, at: datetime) -> bool:
    day = clock.local_day(row.began_at).toordinal()
    turn = day % CYCLE == clock.local_day(at).toordinal() % CYCLE
    return row.fate == RecordingFate.MISSING or turn or row.began_at > at - FRESH


def abandoned(centre: Centre, at: datetime) -> list[Recording]:
    """Recordings that were begun and never ended."""
    rows = Recording.objects.filter(call__centre=centre, fate=RecordingFate.RUNNING, began_at__lt=at - ABANDONED)
    return list(rows.order_by("pk")[:1000])


def strangers(folder: Path) -> list[str]:
    """Files that no recording in store knows, whatever centre it may have been; a day's folder at a time."""
    found = []
    for place in sorted({path.parent for path in folder.rglob("*.wav")}):
        here = {str(path.relative_to(folder)) for path in place.glob("*.wav")}
        known = set(
            Recording.objects.filter(path__in=here).exclude(fate=RecordingFate.ERASED).values_list("path", flat=True)
        )
        found += sorted(here - known)
    return found


def erased_left(folder: Path, names: list[str]) -> list[Path]:
    """Of these files those whose recording was erased: the machine stopped before the file was gone."""
    rows = Recording.objects.filter(path__in=names, fate=RecordingFate.ERASED)
    return [folder / path for path in rows.values_list("path", flat=True)]


def last_night(centre_id: int) -> NightCheck | None:
    """What the last night found."""
    return NightCheck.objects.filter(centre=centre_id).order_by("-at", "-pk").first()

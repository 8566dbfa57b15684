"""What the nightly check compares: recordings in the tables and files on the disk."""

from collections.abc import Iterator
from pathlib import Path

from hotline.people.models import Centre
from hotline.telephony.models import Recording, RecordingFate


def kept(centre: Centre) -> Iterator[Recording]:
    """Recordings that must have a file."""
    rows = Recording.objects.filter(call__centre=centre, fate=RecordingFate.KEPT)
    yield from rows.order_by("pk").iterator(chunk_size=500)


def strangers(folder: Path) -> list[Path]:
    """Files that no recording knows, whatever centre it may have been."""
    known = set(Recording.objects.exclude(path="").values_list("path", flat=True))
    return [path for path in sorted(folder.rglob("*.wav")) if str(path.relative_to(folder)) not in known]

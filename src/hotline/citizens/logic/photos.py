"""A citizen's photo: checked, turned upright, and without anything the camera wrote into it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hotline.cases.logic import filetypes, pictures
from hotline.cases.logic.filetypes import BadFile
from hotline.kernel.words import gettext_noop as _

SIDE = 2400


@dataclass(frozen=True, slots=True)
class Photo:
    """A clean picture, with moment and place apart: they help whoever looks for the spot, and stay inside."""

    content: bytes
    taken_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def clean(name: str, content: bytes) -> Photo:
    """The picture as it may be kept and shown; BadFile says why it is not taken."""
    extension = name.rpartition(".")[2].lower()
    # What a telephone calls a file tells nothing; only its end is looked at.
    found = filetypes.checked_type(f"photo.{extension}"[: filetypes.LONGEST_NAME], content)
    if found.media_type not in filetypes.PICTURES:
        raise BadFile(_("Only pictures (JPEG, PNG, WebP) are taken here."))
    shot = pictures.checked_picture(content, found.media_type)
    return Photo(pictures.preview(content, SIDE), shot.at, shot.latitude, shot.longitude)

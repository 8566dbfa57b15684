"""Whether a picture is whole and of a size one can open, when and where it was taken, and its small preview."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageOps

from hotline.cases.logic.filetypes import BadFile
from hotline.kernel.words import gettext_noop as _

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 16_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
PREVIEW = 320
MICRODEGREE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Shot:
    """When and where a picture says it was taken; a moment without a zone is the camera's wall clock."""

    at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def checked_picture(content: bytes, media_type: str) -> Shot:
    """Decode the whole picture without keeping it; BadFile when it is damaged or too large to open."""
    too_large = BadFile(
        _("The picture has more than {most} million pixels or a side above {side}."),
        most=MOST_PIXELS // 1_000_000,
        side=LONGEST_SIDE,
    )
    try:
        with Image.open(BytesIO(content), formats=[FORMATS[media_type]]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
                raise too_large
            if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
                raise BadFile(_("Moving pictures are not taken."))
            shot = _shot_of(picture)
            picture.draft(
                "RGB", (max(1, width // 8), max(1, height // 8))
            )  # JPEG: the whole file, an eighth of the memory
            picture.load()
            return shot
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large from None
    except BadFile:
        raise
    except Exception:  # a damaged picture makes the decoder raise whatever it likes
        raise BadFile(_("The picture is cut off or damaged.")) from None


def preview(content: bytes, side: int = PREVIEW) -> bytes:
    """A small upright JPEG without any of the picture's own data."""
    with Image.open(BytesIO(content), formats=list(FORMATS.values())) as picture:
        picture.draft("RGB", (side * 2, side * 2))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((side, side))
        out = BytesIO()
        if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
            ground = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(ground, upright.convert("RGBA"))
        upright.convert("RGB").save(out, "JPEG", quality=80, optimize=True)
        return out.getvalue()


def _shot_of(picture: Image.Image) -> Shot:
    """What the camera wrote; a field that cannot be read is left out, for it is no reason to refuse the picture."""
    try:
        exif = picture.getexif()
        inner, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # as above
        return Shot()
    latitude = _degrees(gps.get(2), gps.get(1), "N", "S", 90)
    longitude = _degrees(gps.get(4), gps.get(3), "E", "W", 180)
    known = latitude is not None and longitude is not None and bool(latitude or longitude)
    return Shot(
        _taken_at(inner.get(ExifTags.Base.DateTimeOriginal), inner.get(ExifTags.Base.OffsetTimeOriginal)),
        latitude if known else None,
        longitude if known else None,
    )


def _taken_at(text: Any, offset: Any) -> datetime | None:
    if not isinstance(text, str):
        return None
    zone = offset.strip("\x00 ") if isinstance(offset, str) else ""
    for written, form in ((f"{text.strip(chr(0) + ' ')}{zone}", "%Y:%m:%d %H:%M:%S%z"), (text, "%Y:%m:%d %H:%M:%S")):
        try:
            return datetime.strptime(written.strip("\x00 "), form)  # noqa: DTZ007 (the camera's clock has no zone)
        except ValueError:
            continue
    return None


def _degrees(parts: Any, side: Any, plus: str, minus: str, most: int) -> Decimal | None:
    """Degrees, minutes and seconds as one exact decimal."""
    if not isinstance(parts, tuple) or len(parts) != 3 or side not in {plus, minus}:
        return None
    try:
        whole, sixtieth, second = (Decimal(part.numerator) / Decimal(part.denominator) for part in parts)
        value = (whole + sixtieth / 60 + second / 3600).quantize(MICRODEGREE)
    except (ArithmeticError, AttributeError, InvalidOperation, TypeError, ValueError):
        return None
    if not value.is_finite() or not 0 <= value <= most:
        return None
    return -value if side == minus else value

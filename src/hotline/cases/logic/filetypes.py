"""What a file is, told by its bytes: never by its name, and nothing that is two things at once."""

import re
import struct
import zlib
from dataclasses import dataclass

from hotline.kernel.words import gettext_noop as _

MOST_BYTES = 10_000_000
LONGEST_NAME = 200

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "audio/wav": ("wav",),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a",),
}
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
SOUNDS = frozenset({"audio/wav", "audio/mpeg", "audio/mp4"})
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})
SOUND_BRANDS = frozenset({b"M4A ", b"M4B "})


class BadFile(ValueError):
    """A file that is not taken; `note` is an English msgid and `params` fills it."""

    def __init__(self, note: str, **params: object) -> None:
        super().__init__(note.format_map(params))
        self.note, self.params = note, params


@dataclass(frozen=True, slots=True)
class FileType:
    """What the bytes are, and where the document they hold ends."""

    media_type: str
    end: int


def checked_type(name: str, content: bytes) -> FileType:
    """The type of a file that may be kept; BadFile says why not."""
    check_name(name)
    if not content:
        raise BadFile(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise BadFile(_("The file is larger than {most} MB."), most=MOST_BYTES // 1_000_000)
    found = type_of(content)
    extension = name.rpartition(".")[2].lower()
    if extension not in EXTENSIONS[found.media_type]:
        raise BadFile(
            _("The name ends in .{extension}, but the file is {type}."), extension=extension, type=found.media_type
        )
    check_nothing_behind(content, found)
    return found


# Control signs, and those that turn the direction of writing so that a name reads as another one.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f/\\:\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]")


def check_name(name: str) -> None:
    """A name is one plain word of a path with an extension."""
    if not name or len(name) > LONGEST_NAME:
        raise BadFile(_("The name of the file is missing or longer than {most} signs."), most=LONGEST_NAME)
    if _FORBIDDEN.search(name) or name != name.strip() or name.startswith("."):
        raise BadFile(_("The name of the file holds signs that a name may not hold."))
    if not name.rpartition(".")[0]:
        raise BadFile(_("The name of the file has no extension."))


def type_of(content: bytes) -> FileType:
    """The type by the first bytes; the end by the format's own structure."""
    if content.startswith(b"\xff\xd8\xff"):
        return FileType("image/jpeg", _jpeg_end(content))
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType("image/png", _png_end(content))
    if content.startswith(b"RIFF") and content[8:12] in {b"WEBP", b"WAVE"}:
        kind = "image/webp" if content[8:12] == b"WEBP" else "audio/wav"
        return FileType(kind, _riff_end(content))
    if content.startswith(b"%PDF-"):
        return FileType("application/pdf", _pdf_end(content))
    if content[4:8] == b"ftyp":
        return FileType(_brand_of(content), len(content))
    if content.startswith(b"ID3") or _starts_with_mp3_frame(content):
        return FileType("audio/mpeg", len(content))
    raise BadFile(_("Only JPEG, PNG and WebP pictures, PDF documents and WAV, MP3 and M4A recordings are taken."))


def _broken(kind: str) -> BadFile:
    return BadFile(_("The {kind} file is cut off or damaged."), kind=kind)


def _jpeg_end(content: bytes) -> int:
    """Walk the segments; inside the coded picture, look for the marker that ends it."""
    at, size = 2, len(content)
    while at + 4 <= size:
        if content[at] != 0xFF:
            raise _broken("JPEG")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker == 0xD9:
            return at + 2
        else:
            length: int = struct.unpack_from(">H", content, at + 2)[0]
            at += 2 + max(length, 2)
            if marker == 0xDA:
                at = _end_of_scan(content, at)
    if content[at : at + 2] == b"\xff\xd9":
        return at + 2
    raise _broken("JPEG")


_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _end_of_scan(content: bytes, at: int) -> int:
    found = _NEXT_MARKER.search(content, at)
    if found is None:
        raise _broken("JPEG")
    return found.start()


def _png_end(content: bytes) -> int:
    at = 8
    while at + 12 <= len(content):
        length: int = struct.unpack_from(">I", content, at)[0]
        kind, sound = content[at + 4 : at + 8], content[at + 8 + length : at + 12 + length]
        if struct.pack(">I", zlib.crc32(content[at + 4 : at + 8 + length])) != sound:
            break
        at += 12 + length
        if kind == b"IEND":
            return at
    raise _broken("PNG")


def _riff_end(content: bytes) -> int:
    length: int = struct.unpack_from("<I", content, 4)[0]
    end = 8 + length + length % 2
    if 8 + length > len(content):
        raise _broken("RIFF")
    return min(end, len(content))


def _pdf_end(content: bytes) -> int:
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise _broken("PDF")
    return end + 5


def _brand_of(content: bytes) -> str:
    brand = content[8:12]
    if brand in HEIC_BRANDS:
        raise BadFile(_("HEIC pictures are not taken: set the camera to the most compatible format (JPEG)."))
    size = struct.unpack_from(">I", content)[0]
    if brand not in SOUND_BRANDS or not 16 <= size <= len(content):
        raise BadFile(_("Films are not taken; of this family only M4A recordings are."))
    return "audio/mp4"


def _starts_with_mp3_frame(content: bytes) -> bool:
    """Eleven set bits, layer III, a bit rate and a sampling rate that exist."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0:
        return False
    version, layer = content[1] >> 3 & 3, content[1] >> 1 & 3
    return version != 1 and layer == 1 and content[2] >> 4 not in {0, 15} and content[2] >> 2 & 3 != 3


# What makes a file a second thing for somebody who is careless: an archive, a page, a script, another document.
_SECOND_THING = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)\b|%PDF-|PK\x03\x04|MZ\x90\x00|\x7fELF", re.IGNORECASE
)
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|OpenAction\s*<<\s*/S\s*/URI)\b")
_ZIP_END = b"PK\x05\x06"
# Phones put a short film or depth data behind a picture: allowed when nothing of it is a page, a script or an archive.
_MAY_TRAIL = frozenset({"image/jpeg"})


def check_nothing_behind(content: bytes, found: FileType) -> None:
    """Refuse a file that is also something else: behind its end, in its head, or as an archive read from the back."""
    mixed = BadFile(_("The file is two things at once: {type} and something hidden behind it."), type=found.media_type)
    rest = content[found.end :]
    if found.media_type != "application/pdf" and rest.strip(b"\x00\r\n ") and found.media_type not in _MAY_TRAIL:
        raise mixed
    if found.media_type == "application/pdf" and len(rest.strip()) > 0:
        raise mixed
    if _SECOND_THING.search(rest) or _is_archive(content) or _SECOND_THING.search(content[5:1024]):
        raise mixed
    if found.media_type == "application/pdf" and _ACTIVE_PDF.search(content):
        raise BadFile(_("The PDF holds programs or other files; print it to a plain PDF."))


def _is_archive(content: bytes) -> bool:
    """Whether the last bytes end a ZIP archive (its end record with a comment that reaches the very end)."""
    at = content.rfind(_ZIP_END, max(0, len(content) - 65_557))
    if at < 0 or at + 22 > len(content):
        return False
    comment: int = struct.unpack_from("<H", content, at + 20)[0]
    return at + 22 + comment == len(content)

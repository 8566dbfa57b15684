"""What the public pages share: which centre, how large, how often, which photos; a refusal is a page that says why."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from hotline.cases.logic.filetypes import MOST_BYTES, BadFile
from hotline.citizens.logic import photos
from hotline.citizens.logic.photos import Photo
from hotline.citizens.models import PublicIntake
from hotline.citizens.queries import public
from hotline.citizens.services import intake
from hotline.core.pages import Request
from hotline.people.models import Centre, Person

MOST_BODY = 100_000_000
TRACKED = "tracked"


def open_centre(code: str) -> tuple[Centre, PublicIntake]:
    """A centre whose public page takes reports; 404 for every other."""
    centre = get_object_or_404(Centre, code=code, public_intake__is_open=True)
    return centre, centre.public_intake


def web(centre: Centre) -> Person:
    """The program that acts for citizens."""
    return public.web_person(centre)


def address_of(request: Request) -> str:
    """Where the request came from, for counting; only a keyed sum of it is kept."""
    return str(request.META.get("REMOTE_ADDR", ""))


def count(request: Request, centre: Centre, what: str, value: str = "") -> None:
    """Count something that may not be done too often; Refused when it is."""
    intake.count(what=what, value=value or address_of(request), by=web(centre), at=request.at)


def is_too_large(request: Request) -> bool:
    """Asked before the body is read."""
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return not text.isdigit() or int(text) > MOST_BODY


def too_large(request: Request) -> HttpResponse:
    """413 that says so."""
    told = gettext("What you sent is too large. Send fewer or smaller photos.")
    return render(request, "citizens/told.html", {"told": told, "tone": "red"}, status=413)


def read_photos(files: Sequence["UploadedFile[Any]"], most: int) -> tuple[list[Photo], list[str]]:
    """Clean pictures, and why others are not taken, each by its name."""
    good: list[Photo] = []
    bad: list[str] = []
    for file in files:
        name = str(file.name or "")
        shown = name[:60] or "?"
        if len(good) >= most:
            bad.append(gettext("{name}: at most {most} photos.").format(name=shown, most=most))
            continue
        try:
            if (file.size or 0) > MOST_BYTES:
                raise BadFile("The file is larger than {most} MB.", most=MOST_BYTES // 1_000_000)
            good.append(photos.clean(name, file.read()))
        except BadFile as error:
            reason = gettext(error.note).format(**error.params)
            bad.append(gettext("{name}: {reason}").format(name=shown, reason=reason))
    return good, bad

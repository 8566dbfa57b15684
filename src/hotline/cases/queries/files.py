"""Where the bytes of files lie, their small previews, and which files a case has."""

import os
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from hotline.cases.logic import filetypes, pictures
from hotline.cases.models import Attachment, Case, Draft
from hotline.people.models import Person

PREVIEWS = "previews"


def path_of(sha256: str) -> Path:
    """Files lie under the hash of their bytes: nothing of a name that somebody typed ever reaches the disk."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def files_of(case: Case, person: Person) -> QuerySet[Attachment]:
    """The files of a case, oldest first, as far as the person may see them."""
    return Attachment.objects.visible_to(person).filter(case=case).select_related("by").order_by("event_seq", "id")


def is_picture(row: Attachment) -> bool:
    """Whether it has a preview."""
    return row.media_type in filetypes.PICTURES


def preview_of(row: Attachment) -> Path:
    """The small preview of a picture: made at the first request, kept under var, made again when it is swept away."""
    path = Path(settings.VAR) / PREVIEWS / row.sha256[:2] / f"{row.sha256}-{pictures.PREVIEW}.jpg"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(6).hex()}")
        fresh.write_bytes(pictures.preview(path_of(row.sha256).read_bytes()))
        fresh.replace(path)
    return path


def draft(person: Person, key: str) -> Draft | None:
    """What the person has typed into a form and not yet sent."""
    return Draft.objects.filter(person=person.pk, key=key).first()

"""How a page that goes elsewhere says what came of an action."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.forms import Form

from hotline.cases.models import Case
from hotline.cases.services import files
from hotline.core.pages import Request, words
from hotline.kernel.rules import Refused

MOST_FILES = 10


def refused(request: Request, error: Refused, about: str = "") -> None:
    """Say each refusal with its clause on the next page."""
    for refusal in error.refusals:
        text = f"{words(refusal)} ({refusal.clause})"
        messages.error(request, f"{about}: {text}" if about else text)


def mistakes(request: Request, form: Form) -> None:
    """Say what is wrong with a form that the next page does not show."""
    for errors in form.errors.values():
        for text in errors:
            messages.error(request, str(text))


@transaction.atomic
def keep_photos(request: Request, case: Case, kinds: Iterable[str], prefix: str = "photos_") -> int:
    """Add the pictures that came along, each kind in its own field; how many there were."""
    count = 0
    for kind in kinds:
        for one in request.FILES.getlist(f"{prefix}{kind}")[:MOST_FILES]:
            _keep(request, case, kind, one)
            count += 1
    return count


def _keep(request: Request, case: Case, kind: str, one: "UploadedFile[Any]") -> None:
    files.attach(case_id=case.pk, kind=kind, name=one.name or kind, content=one.read(), by=request.user, at=request.at)

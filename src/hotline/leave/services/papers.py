"""Certificates and notices of pregnancy: sealed, looked at with a reason, forgotten in time."""

from datetime import date, datetime, timedelta

from django.db import transaction

from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.leave.logic import sealing
from hotline.leave.models import (
    LIVE,
    Certificate,
    CertificateLook,
    Leave,
    Paper,
    PregnancyNotice,
    PrivateWords,
)
from hotline.leave.queries import requests
from hotline.leave.services.requests import KEPT, touch
from hotline.people.models import Person

MOST_BYTES = 8_000_000
MOST_PAPERS = 10
AFTER_BIRTH = timedelta(days=183)
# How a file of each type begins: what it says of itself is not believed.
BEGINNINGS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
CLAUSE = "D2.8"


@transaction.atomic
def hand_in(*, leave_id: int, content: bytes, by: Person, at: datetime) -> Certificate:
    """Hand in a certificate; its content is sealed at once and kept as long as the wage records that rest on it."""
    row = Leave.objects.select_for_update(of=("self",)).select_related("person").get(pk=leave_id)
    authorize(by, "leave.hand_in", row)
    if row.status not in LIVE:
        raise Refused(Refusal(CLAUSE, _("This request is over: nothing is handed in any more.")))
    media_type = next((kind for begins, kind in BEGINNINGS.items() if content.startswith(begins)), "")
    if not media_type:
        note = _("A certificate is a photo (JPEG, PNG) or a PDF file: choose another one.")
        raise Refused(Refusal(CLAUSE, note, {"field": "file"}))
    if len(content) > MOST_BYTES:
        raise Refused(Refusal(CLAUSE, _("The file is larger than 8 MB: take a smaller photo."), {"field": "file"}))
    if row.certificates.count() >= MOST_PAPERS:
        raise Refused(Refusal(CLAUSE, _("That is enough paper for one request."), {"field": "file"}))
    certificate = Certificate.objects.create(
        leave=row, media_type=media_type, size=len(content), by=by, at=at, keep_until=row.last + KEPT
    )
    Paper.objects.create(certificate=certificate, sealed=sealing.seal(content, requests.secrets()))
    touch(row)
    return certificate


@transaction.atomic
def look(*, certificate_id: int, reason: str, by: Person, at: datetime) -> tuple[str, bytes]:
    """Read a certificate: its media type and content. Others than its owner say why, and the log keeps it."""
    certificate = Certificate.objects.select_related("leave__person").get(pk=certificate_id)
    authorize(by, "leave.read_paper", certificate)
    mine = certificate.leave.person_id == by.pk
    if not mine and not reason.strip():
        raise Refused(Refusal("A3.6", _("Say why you need to see it."), {"field": "reason"}))
    content = requests.content_of(certificate)
    if content is None:
        raise Refused(Refusal(CLAUSE, _("The certificate is deleted, as it must be after its time.")))
    said = reason.strip() or "–"
    CertificateLook.objects.create(certificate=certificate, person=by, reason=said[:200], at=at)
    return certificate.media_type, content


@transaction.atomic
def forget(*, by: Person, at: datetime) -> int:
    """Delete certificates, reasons and notices of pregnancy whose time is over; how many."""
    authorize(by, "leave.forget")
    today = local_day(at)
    centre = by.centre_id
    gone = 0
    rows = Certificate.objects.select_for_update(of=("self",)).filter(
        keep_until__lt=today, deleted_at__isnull=True, leave__person__centre=centre
    )
    for certificate in rows:
        Paper.objects.filter(certificate=certificate).delete()
        certificate.deleted_at = at
        certificate.save(update_fields=["deleted_at"])
        gone += 1
    gone += PrivateWords.objects.filter(keep_until__lt=today, leave__person__centre=centre).delete()[0]
    gone += PregnancyNotice.objects.filter(keep_until__lt=today, person__centre=centre).delete()[0]
    return gone


@transaction.atomic
def tell_pregnancy(*, expected_on: date, by: Person, at: datetime) -> PregnancyNotice:
    """D4.1, freely given (reading 75): the director and human resources can plan; nothing follows for her from it."""
    authorize(by, "leave.tell_pregnancy", by)
    today = local_day(at)
    if not today - timedelta(days=31) <= expected_on <= today + timedelta(days=300):
        raise Refused(Refusal("D4.1", _("Give the day that the doctor expects."), {"field": "expected_on"}))
    sealed = sealing.seal(expected_on.isoformat().encode(), requests.secrets())
    values = {"sealed": sealed, "keep_until": expected_on + AFTER_BIRTH, "at": at}
    row, _made = PregnancyNotice.objects.update_or_create(person=by, defaults=values)
    return row


@transaction.atomic
def take_pregnancy_back(*, by: Person, at: datetime) -> None:
    """She takes it back; nothing of it is kept."""
    authorize(by, "leave.tell_pregnancy", by)
    PregnancyNotice.objects.filter(person=by).delete()

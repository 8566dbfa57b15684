"""Taking reports in from the public page, its settings, how often an address may ask, photos that wait for a form."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from hotline.cases.models import Case, Category, FileKind, Source
from hotline.cases.services import files
from hotline.cases.services import intake as cases
from hotline.citizens.logic import codes
from hotline.citizens.logic.photos import Photo
from hotline.citizens.logic.terms import TERMS
from hotline.citizens.models import Hits, MailContact, PublicIntake, Stashed, Tracking
from hotline.citizens.queries import public
from hotline.citizens.services import telling
from hotline.core import clock
from hotline.core.access import authorize
from hotline.customers import services as customers
from hotline.customers.models import Customer
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.messages.logic.sealing import seal
from hotline.messages.logic.sending import normalise
from hotline.messages.queries import secrets as keys
from hotline.people.models import Centre, Person
from hotline.people.queries import system_person
from hotline.people.services import organisation

TITLE = "网上受理"
KINDS = (FileKind.NEAR, FileKind.FAR, FileKind.OTHER)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a citizen takes along."""

    case: Case
    code: str

    @property
    def written(self) -> str:
        """The code as it is read out."""
        return codes.written(self.code)


@dataclass(frozen=True, slots=True)
class Told:
    """What a citizen says."""

    description: str
    place: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    category: Category | None = None
    name: str = ""
    number: str = ""
    mail: str = ""
    is_secret: bool = False


@transaction.atomic
def set_intake(*, centre: Centre, values: Mapping[str, object], by: Person, at: datetime) -> PublicIntake:
    """Set how the public page takes reports; the program that acts for citizens is made with it."""
    authorize(by, "citizens.set_intake")
    system = system_person(centre)
    organisation.make_system_person(centre=centre, name=public.WEB, title=TITLE, by=system, at=at)
    authorize(by, "citizens.set_intake")  # the history names who set it, not the program
    said = {**values, "changed_at": at, "changed_by": by}
    row, _made = PublicIntake.objects.update_or_create(centre=centre, defaults=said)
    return row


@transaction.atomic
def take_report(*, form: str, told: Told, photos: Sequence[Photo], language: str, by: Person, at: datetime) -> Receipt:
    """Register what a citizen reports, once for a form, with its photos, and give number and code."""
    authorize(by, "citizens.take_in", by.centre)
    code = codes.code_of(form.encode(), settings.SECRET_KEY)
    with connection.cursor() as cursor:  # the same form sent twice at once waits for itself
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 61))", [form])
    known = Case.objects.filter(centre=by.centre_id, source=Source.WEB, external_id=form).first()
    if known is not None:
        return Receipt(known, code)
    case = cases.register(
        by=by,
        at=at,
        source=Source.WEB,
        description=told.description,
        customer=_customer(told, by, at),
        reporter=by,  # the program adds what the citizen brings later
        place=told.place,
        latitude=told.latitude,
        longitude=told.longitude,
        category=told.category,
        secret=told.is_secret,
        external_id=form,
    )
    attach(case, photos, by, at)
    _note_tracking(case, code, language, told.mail, at)
    Stashed.objects.filter(form=form).delete()
    telling.tell_received(case_id=case.pk, code=code, by=by, at=at)
    return Receipt(case, code)


def attach(case: Case, photos: Sequence[Photo], by: Person, at: datetime, first: int = 1) -> None:
    """Put a citizen's photos to his case. A step of a service: the same picture twice is kept once."""
    for place, photo in enumerate(photos, first):
        files.attach(
            case_id=case.pk,
            kind=KINDS[min(place - 1, len(KINDS) - 1)] if first == 1 else FileKind.OTHER,
            name=f"照片{place}.jpg",
            content=photo.content,
            by=by,
            at=at,
            latitude=photo.latitude,
            longitude=photo.longitude,
        )


def _customer(told: Told, by: Person, at: datetime) -> Customer | None:
    """Who reports, as far as he says; a stranger never learns who else has his number."""
    if not told.name.strip() and not told.number.strip():
        return None
    return customers.register(by=by, at=at, name=told.name, number=told.number, is_another=True)


def _note_tracking(case: Case, code: str, language: str, mail: str, at: datetime) -> None:
    Tracking.objects.create(case=case, known_by=codes.known_by(code, settings.SECRET_KEY), language=language[:8], at=at)
    if mail.strip():
        MailContact.objects.create(case=case, sealed=seal({"mail": normalise("mail", mail)}, keys()), at=at)


@transaction.atomic
def give_code(*, case_id: int, by: Person, at: datetime) -> str | None:
    """Give a report that came another way its code, and tell the caller; None when he has one."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    authorize(by, "citizens.tell", case)
    if Tracking.objects.filter(case=case).exists():
        return None
    code = codes.code_of(secrets.token_bytes(32), settings.SECRET_KEY)
    _note_tracking(case, code, settings.LANGUAGE_CODE, "", at)
    telling.tell_received(case_id=case.pk, code=code, by=by, at=at)
    return code


@transaction.atomic
def count(*, what: str, value: str, by: Person, at: datetime) -> None:
    """Count something that may not be done too often; Refused when it is."""
    authorize(by, "citizens.take_in")
    limits = TERMS.on(clock.local_day(at)).limits[what]
    key = public.keyed(what, f"{by.centre_id}:{value}")
    for limit in limits:
        said: list[Any] = [key, public.window_start(at, limit), limit.window]
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO citizens_hits (key, began_at, "window", count) VALUES (%s, %s, %s, 1)
                ON CONFLICT (key, "window", began_at) DO UPDATE SET count = citizens_hits.count + 1
                RETURNING count
                """,
                said,
            )
            if cursor.fetchone()[0] > limit.most:
                raise Refused(Refusal("citizens.often", _("That was very often in a short time. Try again later.")))


@transaction.atomic
def stash(*, form: str, photos: Sequence[Photo], by: Person, at: datetime) -> int:
    """Keep clean photos until the form can be taken; how many wait now."""
    authorize(by, "citizens.take_in")
    there = Stashed.objects.filter(form=form).count()
    for number, photo in enumerate(photos, there + 1):
        Stashed.objects.create(form=form, name=f"照片{number}.jpg", content=photo.content, at=at)
    return there + len(photos)


@transaction.atomic
def drop_stashed(*, form: str, by: Person, at: datetime) -> None:
    """The citizen wants none of the photos that wait."""
    authorize(by, "citizens.take_in")
    Stashed.objects.filter(form=form).delete()


@transaction.atomic
def tidy(*, by: Person, at: datetime) -> None:
    """Forget counts, photos whose form never came, and mail addresses whose time is over."""
    authorize(by, "citizens.tidy")
    terms = TERMS.on(clock.local_day(at))
    Hits.objects.filter(
        began_at__lt=at - max(limit.window for all_ in terms.limits.values() for limit in all_) * 2
    ).delete()
    Stashed.objects.filter(at__lt=at - terms.stash).delete()
    MailContact.objects.filter(case__centre=by.centre_id, case__ended_at__lt=at - terms.kept).delete()

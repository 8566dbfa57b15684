"""People's telephones: an account with a secret that is valid until the next one is issued, and what they ask."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person, Position
from hotline.telephony.models import Member, Phone, RestReason, Wish, WishKind
from hotline.telephony.models.setup import LEADS

REALM = "hotline"
ACD_TOPIC = "acd:"


@dataclass(frozen=True, slots=True)
class Login:
    """How a telephone signs in at the exchange; the secret is told once and kept nowhere."""

    account: str
    secret: str
    realm: str = REALM


def digest(account: str, secret: str) -> str:
    """What SIP's digest needs to know of a secret."""
    return hashlib.md5(f"{account}:{REALM}:{secret}".encode(), usedforsecurity=False).hexdigest()


@transaction.atomic
def issue(*, person: Person, is_browser: bool = True, by: Person, at: datetime) -> Login:
    """A new secret for a person's telephone: the one before opens nothing any more."""
    authorize(by, "telephony.use_phone", person)
    secret = secrets.token_urlsafe(24)
    phone = _phone_of(person, at)
    phone.digest, phone.contact, phone.issued_at = digest(phone.account, secret), "", at
    phone.is_browser = is_browser
    phone.save(update_fields=["digest", "contact", "issued_at", "is_browser"])
    ask_for(person, WishKind.SETUP, by=by, at=at)
    return Login(phone.account, secret)


@transaction.atomic
def set_desk_phone(*, person: Person, contact: str, by: Person, at: datetime) -> Phone:
    """A desk telephone with a fixed address (`sip:1001@10.0.0.7:5060`), set by who sets queues."""
    authorize(by, "telephony.set_queue", person.centre)
    phone = _phone_of(person, at)
    phone.contact, phone.digest, phone.is_browser, phone.issued_at = contact.strip(), "", False, at
    phone.full_clean()
    phone.save(update_fields=["contact", "digest", "is_browser", "issued_at"])
    ask_for(person, WishKind.SETUP, by=by, at=at)
    return phone


@transaction.atomic
def issue_desk(*, person: Person, by: Person, at: datetime) -> Login:
    """A secret for a person's telephone on the desk, which signs in at the exchange itself; told once.

    What was his telephone before (another, the browser, a fixed address) opens nothing any more.
    """
    authorize(by, "telephony.set_phone", person)
    secret = secrets.token_urlsafe(16)
    phone = _phone_of(person, at)
    phone.digest, phone.contact, phone.is_browser, phone.issued_at = digest(phone.account, secret), "", False, at
    phone.save(update_fields=["digest", "contact", "is_browser", "issued_at"])
    ask_for(person, WishKind.SETUP, by=by, at=at)
    return Login(phone.account, secret)


def _phone_of(person: Person, at: datetime) -> Phone:
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    phone, _ = Phone.objects.get_or_create(person=person, defaults={"account": f"p-{person.pk}", "issued_at": at})
    return phone


@transaction.atomic
def wish(*, person: Person, kind: WishKind, reason: str = "", by: Person, at: datetime) -> Wish:
    """Ask something of one's telephone; the ACD hears of it at once and may find that it does not fit any more.

    Refused when the person serves no queue, or the reason of not being ready is none of the centre's.
    """
    authorize(by, "telephony.use_phone", person)
    leads = person.standing.is_any(*LEADS, Position.TEAM_LEADER)  # without a queue too: he may listen in
    if kind is WishKind.SIGN_IN and not leads and not _serves(person):
        raise Refused(Refusal("A3.2", gettext_noop("You serve no queue yet: a supervisor enters you in one.")))
    if kind is WishKind.NOT_READY and not _known(person.centre, reason):
        raise Refused(Refusal("C5", gettext_noop("Choose one of the reasons."), {"field": "reason"}))
    return ask_for(person, kind, {"reason": reason} if reason else None, by=by, at=at)


def _serves(person: Person) -> bool:
    return Member.objects.filter(person=person, queue__is_active=True).exists()


def _known(centre: Centre, reason: str) -> bool:
    return RestReason.objects.filter(centre=centre, code=reason, is_active=True).exists()


def _ask(
    centre_id: int, kind: WishKind, person: Person | None, data: dict[str, object] | None, by: Person, at: datetime
) -> Wish:
    row = Wish.objects.create(centre_id=centre_id, kind=kind, person=person, data=data or {}, by=by, at=at)
    live.touch(f"{ACD_TOPIC}{centre_id}")
    return row


def ask_for(person: Person, kind: WishKind, data: dict[str, object] | None = None, *, by: Person, at: datetime) -> Wish:
    """A wish about a person's telephone, and the ACD is woken; whether it may be asked has the caller asked."""
    return _ask(person.centre_id, kind, person, data, by, at)


def tell_acd(centre: Centre, by: Person, at: datetime) -> None:
    """What is set has changed: the ACD reads it again."""
    _ask(centre.pk, WishKind.SETUP, None, None, by, at)


@transaction.atomic
def take_wishes(*, centre: Centre, by: Person, at: datetime) -> list[Wish]:
    """The wishes that no ACD has heard yet, in their order; each is handed out once."""
    authorize(by, "telephony.run_acd", centre)
    rows = list(Wish.objects.select_for_update().filter(centre=centre, taken_at__isnull=True).order_by("id"))
    Wish.objects.filter(pk__in=[row.pk for row in rows]).update(taken_at=at)
    return rows

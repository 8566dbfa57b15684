"""Accounts: the one-time link, the password, closing and reopening, preferences."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from hotline.core import audit, clock, events
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.events import PersonLeft
from hotline.people.models import Invitation, Person, WorkLogKind
from hotline.people.services import notices, organisation, seats

LIFE = timedelta(hours=24)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(*, person: Person, by: Person, at: datetime, life: timedelta = LIFE) -> str:
    """A one-time token by which the person sets his own password (D2.15); an older one stops working."""
    authorize(by, "people.keep_account", person)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise Refused(Refusal("people.account", gettext_noop("The account is closed.")))
    for open_one in Invitation.objects.filter(person=person, used_at__isnull=True):
        open_one.delete()
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        person=person, token_hash=token_hash(token), made_by=by, made_at=at, expires_at=at + min(life, LIFE)
    )
    return token


@transaction.atomic
def accept_invitation(*, token: str, password: str, by: Person | None = None, at: datetime) -> Person:
    """Set one's own password with the token, which is used up; whoever was signed in is signed out."""
    refusal = Refusal("D2.15", gettext_noop("The link has been used or has run out. Ask for a new one."))
    found = Invitation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if found is None or found.used_at is not None or at >= found.expires_at or not found.person.is_active:
        raise Refused(refusal)
    person = Person.objects.select_for_update(no_key=True).get(pk=found.person_id)
    audit.sign(by.pk if by else person.pk, "people.accept_invitation")
    validate_password(password, person)
    found.used_at = at
    found.save(update_fields=["used_at"])
    person.set_password(password)
    person.save(update_fields=["password"])
    seats.end_session(person=person, how=WorkLogKind.LOGOUT, by=person, at=at)
    return person


@transaction.atomic
def change_password(*, person: Person, password: str, by: Person, at: datetime) -> Person:
    """Set one's own password (D2.15)."""
    authorize(by, "people.hold_seat", person)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


@transaction.atomic
def deactivate(*, person: Person, by: Person, at: datetime) -> Person:
    """Close an account: signed out at once, links void, posts held to the end of the day."""
    authorize(by, "people.keep_account", person)
    if person.pk == by.pk:
        raise Refused(Refusal("people.account", gettext_noop("Nobody closes his own account.")))
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    seats.end_session(person=person, how=WorkLogKind.LOGOUT, by=by, at=at)
    for open_one in Invitation.objects.filter(person=person, used_at__isnull=True):
        open_one.delete()
    today = clock.local_day(at)
    person.is_active, person.left_on = False, today
    person.save(update_fields=["is_active", "left_on"])
    organisation.end_posts(person=person, until=today + timedelta(days=1), by=by, at=at)
    events.emit(PersonLeft(person_id=person.pk, centre_id=person.centre_id), at=at)
    return person


@transaction.atomic
def reactivate(*, person: Person, by: Person, at: datetime) -> Person:
    """Open a closed account again; posts are given anew."""
    authorize(by, "people.keep_account", person)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    person.is_active, person.left_on = True, None
    person.save(update_fields=["is_active", "left_on"])
    return person


@transaction.atomic
def set_preferences(*, person: Person, language: str = "", theme: str = "", by: Person, at: datetime) -> Person:
    """One's own language and colours; an empty value leaves what is set."""
    authorize(by, "people.set_preferences", person)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    person.language, person.theme = language or person.language, theme or person.theme
    person.save(update_fields=["language", "theme"])
    return person


@transaction.atomic
def drop_second_factor(*, person: Person, by: Person, at: datetime) -> int:
    """Take back every device and recovery code of a person who has lost them; he is signed out."""
    authorize(by, "people.keep_account", person)
    if person.pk == by.pk:
        raise Refused(Refusal("people.account", gettext_noop("Somebody else has to do that for you.")))
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    seats.end_session(person=person, how=WorkLogKind.LOGOUT, by=by, at=at)
    count, _each = Authenticator.objects.filter(user=person.pk).delete()
    notices.notify(
        to=person,
        text=gettext_noop("Your second-factor devices were taken back by {name}."),
        params={"name": str(by)},
        link="/account/2fa/",
        by=by,
        at=at,
    )
    return int(count)

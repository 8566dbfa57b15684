"""Keys: made and shown once, changed, revoked; every call counted against its limits."""

import secrets
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from hotline.core import clock
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.open311.models import ApiKey, Spent
from hotline.open311.queries import keys as queries
from hotline.people.models import Centre, Person

PREFIX = "h311_"
SHOWN = len(PREFIX) + 6
MINUTE = timedelta(minutes=1)
CHANGES = (
    "organisation",
    "contact",
    "note",
    "may_read",
    "may_create",
    "may_update",
    "per_minute",
    "per_day",
    "expires_at",
)
READ, CREATE, UPDATE, REFUSED, LIMITED = "read", "create", "update", "refused", "limited"


@transaction.atomic
def make_key(*, values: dict[str, object], by: Person, at: datetime) -> tuple[ApiKey, str]:
    """A new key, and its text: it is told now and never again."""
    authorize(by, "open311.make")
    _refuse_past(values.get("expires_at"), at)
    text = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        centre_id=by.centre_id,
        hash=queries.hash_of(text),
        hint=text[:SHOWN],
        made_at=at,
        made_by=by,
        **{name: values[name] for name in CHANGES if name in values},
    )
    return key, text


@transaction.atomic
def change_key(*, key_id: int, values: dict[str, object], by: Person, at: datetime) -> ApiKey:
    """Other limits, other rights, another contact."""
    key = ApiKey.objects.select_for_update().get(pk=key_id)
    authorize(by, "open311.change_key", key)
    if key.revoked_at is not None:
        raise Refused(Refusal("open311.key", _("A revoked key stays as it was.")))
    if values.get("expires_at") != key.expires_at:
        _refuse_past(values.get("expires_at"), at)
    changed = [name for name in CHANGES if name in values and getattr(key, name) != values[name]]
    for name in changed:
        setattr(key, name, values[name])
    if changed:
        key.save(update_fields=changed)
    return key


@transaction.atomic
def revoke_key(*, key_id: int, reason: str, by: Person, at: datetime) -> ApiKey:
    """End a key for good, from this moment on."""
    key = ApiKey.objects.select_for_update().get(pk=key_id)
    authorize(by, "open311.change_key", key)
    if not reason.strip():
        raise Refused(Refusal("open311.key", _("Say why it ends."), {"field": "reason"}))
    if key.revoked_at is None:
        key.revoked_at, key.revoked_by, key.revoked_why = at, by, reason.strip()[:200]
        key.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
    return key


def _refuse_past(expires_at: object, at: datetime) -> None:
    if isinstance(expires_at, datetime) and expires_at <= at:
        raise Refused(Refusal("open311.key", _("It would have ended already."), {"field": "expires_at"}))


# ---------------------------------------------------------------- counting


@transaction.atomic
def count_call(
    *, centre: Centre, key: ApiKey | None, address: str, per_minute: int, what: str, by: Person, at: datetime
) -> int:
    """Count a call against its limits; the seconds to wait when one is used up, else none.

    Every statement counts by itself, so that calls that come at once are counted each.
    """
    authorize(by, "open311.count", centre)
    bucket = f"k{key.pk}" if key is not None else f"a{address}"
    wait = _spend(f"{bucket}:m", key.per_minute if key else per_minute, _next_minute(at), at)
    if key is not None and not wait:
        wait = _spend(f"{bucket}:d", key.per_day, clock.wall(clock.local_day(at) + timedelta(days=1)), at)
    _use(centre, key, LIMITED if wait else what, clock.local_day(at), at)
    return wait


def _next_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + MINUTE


def _spend(bucket: str, limit: int, until: datetime, at: datetime) -> int:
    """Use one up; a bucket whose time is over begins anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO open311_spent (bucket, count, until) VALUES (%s, 1, %s)
            ON CONFLICT (bucket) DO UPDATE SET
                count = CASE WHEN open311_spent.until <= %s THEN 1 ELSE open311_spent.count + 1 END,
                until = CASE WHEN open311_spent.until <= %s THEN excluded.until ELSE open311_spent.until END
            RETURNING count, until
            """,
            [bucket, until, at, at],
        )
        count, ends = cursor.fetchone()
    return max(1, -(-(ends - at) // timedelta(seconds=1))) if count > limit else 0


def _use(centre: Centre, key: ApiKey | None, what: str, day: date, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO open311_use (centre_id, key_id, day, what, count, last_at) VALUES (%s, %s, %s, %s, 1, %s)
            ON CONFLICT (centre_id, key_id, day, what) DO UPDATE SET
                count = open311_use.count + 1, last_at = greatest(open311_use.last_at, excluded.last_at)
            """,
            [centre.pk, key.pk if key else None, day, what, at],
        )


@transaction.atomic
def sweep(*, centre: Centre, by: Person, at: datetime) -> int:
    """Forget used up limits whose time is over."""
    authorize(by, "open311.count", centre)
    return Spent.objects.filter(until__lt=at - timedelta(days=1)).delete()[0]

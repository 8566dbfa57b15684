"""Keys: which one a call carries, what each has used, what it posted before."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Max, QuerySet, Sum

from hotline.core import clock
from hotline.open311.logic.wishes import Wish
from hotline.open311.models import ApiKey, Posting, Use
from hotline.people.models import Centre, Person

SAME_WITHIN = timedelta(minutes=10)
SHOWN_DAYS = 14
SHOWN_USES = ("read", "create", "update", "refused", "limited")


def hash_of(text: str) -> str:
    """What is kept of a key. It is long and random: a slow hash would only slow every call."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def carried(text: str, at: datetime) -> ApiKey | None:
    """The living key that this text is."""
    row = ApiKey.objects.select_related("centre").filter(hash=hash_of(text)).first()
    return row if row is not None and lives(row, at) else None


def lives(key: ApiKey, at: datetime) -> bool:
    """Neither revoked nor past its end."""
    return key.revoked_at is None and (key.expires_at is None or at < key.expires_at)


def keys(person: Person) -> QuerySet[ApiKey]:
    """Keys of the centre, the newest first."""
    return ApiKey.objects.visible_to(person).order_by("-pk")


def last_uses(rows: Iterable[ApiKey]) -> dict[int, datetime]:
    """When each was used last; one query."""
    found = Use.objects.filter(key__in=[row.pk for row in rows]).values("key").annotate(last=Max("last_at"))
    return {row["key"]: row["last"] for row in found}


def uses(key: ApiKey, at: datetime) -> list[tuple[object, dict[str, int]]]:
    """What the key was used for on each of the last days, newest first."""
    first = clock.local_day(at) - timedelta(days=SHOWN_DAYS - 1)
    days: dict[object, dict[str, int]] = {}
    for row in Use.objects.filter(key=key, day__gte=first).order_by("-day"):
        days.setdefault(row.day, {})[row.what] = row.count
    return list(days.items())


def public_uses(centre: Centre, at: datetime) -> dict[str, int]:
    """What everybody without a key called in the last days."""
    first = clock.local_day(at) - timedelta(days=SHOWN_DAYS - 1)
    rows = Use.objects.filter(centre=centre, key__isnull=True, day__gte=first).values("what").annotate(sum=Sum("count"))
    return dict.fromkeys(SHOWN_USES, 0) | {row["what"]: row["sum"] for row in rows}


def posted_before(key: ApiKey, wish: Wish, at: datetime) -> Posting | None:
    """The report that this one repeats: under the program's own key for ever, else word for word within minutes."""
    rows = Posting.objects.filter(key=key).select_related("case").order_by("-at")
    if wish.token:
        return rows.filter(token=wish.token).first()
    return rows.filter(token="", fingerprint=wish.fingerprint, at__gt=at - SAME_WITHIN).first()

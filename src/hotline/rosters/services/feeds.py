"""The secret address at which somebody's own calendar fetches his shifts."""

import secrets
from datetime import datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.people.models import Person
from hotline.rosters.models import Feed
from hotline.rosters.queries import mine


@transaction.atomic
def make_feed(*, by: Person, at: datetime) -> str:
    """A new secret address in place of an earlier one, which stops working; it is shown once and kept as a hash."""
    authorize(by, "rosters.keep_feed")
    token = secrets.token_urlsafe(24)
    Feed.objects.update_or_create(person=by, defaults={"token_hash": mine.hash_of(token), "made_at": at})
    return token


@transaction.atomic
def end_feed(*, by: Person, at: datetime) -> None:
    """The address stops working."""
    authorize(by, "rosters.keep_feed")
    Feed.objects.filter(person=by).delete()

"""Notices to persons."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from hotline.core import live, rows
from hotline.core.access import authorize
from hotline.people.models import Notice, Person


@transaction.atomic(savepoint=False)
def notify(
    *, to: Person, text: str, params: Mapping[str, object] | None = None, link: str = "", by: Person, at: datetime
) -> Notice:
    """Leave a notice: an English msgid with its {placeholders}, their values, and where to look."""
    authorize(by, "people.notify", to)
    values = {key: value if isinstance(value, int) else str(value) for key, value in (params or {}).items()}
    notice = Notice(recipient=to, text=text, params=values, link=link, at=at)
    writes = rows.Writes()
    writes.insert(notice)
    live.touch(f"notices:{to.pk}", writes=writes)
    writes.send()
    return notice


@transaction.atomic
def mark_read(*, notice: Notice, by: Person, at: datetime) -> Notice:
    """The recipient has read it; the first time counts."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    authorize(by, "people.view_notice", notice)
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
        live.touch(f"notices:{by.pk}")
    return notice


@transaction.atomic
def mark_all_read(*, by: Person, at: datetime) -> int:
    """The recipient has read everything up to this moment."""
    authorize(by, "people.notify", by)
    rows = list(Notice.objects.select_for_update().filter(recipient=by, read_at__isnull=True, at__lte=at))
    for notice in rows:
        notice.read_at = at
    Notice.objects.bulk_update(rows, ["read_at"])
    live.touch(f"notices:{by.pk}")
    return len(rows)

"""Rows of custody as the projection knows them, and plain values as they stand in events."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from hotline.cases.logic import projection
from hotline.cases.models import Holding, StageRun


def plain(value: Any) -> Any:
    """A value as it stands in an event."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Model):
        return value.pk
    return value


def held_plain(row: Holding) -> projection.Held:
    """A holding's row as the projection knows it."""
    holder: dict[str, Any] = {"person": row.person_id} if row.person_id else {}
    if row.unit_id:
        holder = {"unit": row.unit_id}
    if row.queue:
        holder = {"queue": row.queue}
    return projection.Held(
        holder=holder,
        stage=row.stage,
        began_at=row.span.lower,
        began_seq=row.began_seq,
        due_at=plain(row.due_at),
        ended_at=row.span.upper,
        ended_seq=row.ended_seq,
    )


def ran_plain(row: StageRun) -> projection.Ran:
    """A stage's row as the projection knows it."""
    return projection.Ran(
        stage=row.stage,
        began_at=row.began_at,
        began_seq=row.began_seq,
        due_at=plain(row.due_at),
        department=row.department_id,
        ended_at=row.ended_at,
        ended_seq=row.ended_seq,
        outcome=row.outcome,
        person=row.person_id,
    )

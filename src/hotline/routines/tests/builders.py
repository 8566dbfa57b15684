"""Instructions for tests, made through the services."""

from datetime import datetime, timedelta
from typing import Any

from hotline.cases.tests import builders as cases
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.routines import services
from hotline.routines.models import Instruction

AT = cases.NINE + cases.HOUR
FACTS: dict[str, Any] = {
    "kind": "notice",
    "source": "市城市管理局",
    "reference": "城管〔2026〕12号",
    "title": "做好汛期排查",
    "body": "各岗位即日起排查低洼路段。",
}


def chief(of: cases.Town) -> Person:
    """Who passes instructions down."""
    return people.person(of.centre, position=Position.CENTRE_SUPERVISOR)


def issued(by: Person, *, at: datetime = AT, due: datetime | None = None, **more: Any) -> Instruction:
    """An instruction to all operators, to be confirmed within a day."""
    own = {name: more.pop(name) for name in list(more) if name in services.FIELDS}
    audience = more or {"positions": [Position.OPERATOR]}
    facts = {**FACTS, "due_at": due or at + timedelta(days=1), **own}
    return services.issue(facts=facts, **audience, by=by, at=at)

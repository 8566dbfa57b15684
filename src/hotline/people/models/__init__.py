"""Tables of people."""

from hotline.people.models.organisation import Centre, Person, PersonSkill, Position, Post, Skill, Unit, UnitKind
from hotline.people.models.records import Notice, Undertaking, UndertakingSigned
from hotline.people.models.seats import Invitation, Presence, PresenceState, SeatSession, WorkLog, WorkLogKind

__all__ = [
    "Centre",
    "Invitation",
    "Notice",
    "Person",
    "PersonSkill",
    "Position",
    "Post",
    "Presence",
    "PresenceState",
    "SeatSession",
    "Skill",
    "Undertaking",
    "UndertakingSigned",
    "Unit",
    "UnitKind",
    "WorkLog",
    "WorkLogKind",
]

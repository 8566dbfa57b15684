"""Whom a case is dispatched to: components to their owner first, events to the place first (先属主, 先属地). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.kernel.words import gettext_noop as _


class Answer(StrEnum):
    """Why a department answers for a case."""

    OWNER = "owner"  # 属主: the standard names it for the filing condition
    PLACE = "place"  # 属地: it answers for the district in which the place lies


ANSWER_LABELS: dict[Answer, str] = {
    Answer.OWNER: _("named by the standard"),
    Answer.PLACE: _("answers for the district"),
}

# The order in which departments are asked for, by kind of category.
ORDERS: Mapping[str, tuple[Answer, ...]] = {
    "component": (Answer.OWNER, Answer.PLACE),
    "event": (Answer.PLACE, Answer.OWNER),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The department that the order leads to, and why."""

    unit: int
    why: Answer

    @property
    def label(self) -> str:
        """Why, as a msgid."""
        return ANSWER_LABELS[self.why]


def propose(kind: str, known: Mapping[Answer, int | None]) -> Proposal | None:
    """The first department of the order that is known; None when nobody is: then a dispatcher chooses."""
    for why in ORDERS[kind]:
        unit = known.get(why)
        if unit is not None:
            return Proposal(unit, why)
    return None

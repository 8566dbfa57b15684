"""How a call stands that the exchange makes for a campaign, and which of its endings it amounts to. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.kernel.words import gettext_noop as _
from hotline.outbound.logic.words import Outcome

UNHEARD = timedelta(seconds=40)  # a wish that no ACD has taken for so long is not carried out any more
UNBEGUN = timedelta(seconds=10)  # one that was taken, and of which no call came, could not be carried out


class Line(StrEnum):
    """How far a call has come, or how it ended."""

    ASKED = "asked"
    OWN = "own"  # one's own telephone rings
    DIALLING = "dialling"
    TALKING = "talking"
    TALKED = "talked"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNKNOWN = "unknown"  # nobody has this number
    FAILED = "failed"
    NOT_CALLED = "not_called"  # one's own telephone was not picked up, or the exchange did not begin


LINE_LABELS: Mapping[Line, str] = {
    Line.ASKED: _("The exchange is asked"),
    Line.OWN: _("Your own telephone rings first"),
    Line.DIALLING: _("The number is being called"),
    Line.TALKING: _("He has picked up"),
    Line.TALKED: _("The talk is over"),
    Line.BUSY: _("The line was busy"),
    Line.NO_ANSWER: _("Nobody picked up"),
    Line.UNKNOWN: _("The number is not in service"),
    Line.FAILED: _("The number could not be reached"),
    Line.NOT_CALLED: _("Nobody was called"),
}
NOT_REACHED = (Line.BUSY, Line.NO_ANSWER, Line.UNKNOWN, Line.FAILED)
GOES_ON = frozenset({Line.ASKED, Line.OWN, Line.DIALLING, Line.TALKING})
_WHY = {"busy": Line.BUSY, "refused": Line.BUSY, "no_answer": Line.NO_ANSWER, "unknown": Line.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Heard:
    """What the log of calls says of one of them."""

    asked_at: datetime
    taken_at: datetime | None = None  # when the ACD took the wish
    has_begun: bool = False
    was_dialled: bool = False
    answered: bool = False
    ended_how: str = ""  # `Call.ended_how`; empty while it goes on
    why: str = ""  # why the number was not reached, in the ACD's words


def line_of(heard: Heard, at: datetime) -> Line:
    """How a call stands at a moment."""
    if not heard.has_begun:
        lost = at - heard.taken_at > UNBEGUN if heard.taken_at else at - heard.asked_at > UNHEARD
        return Line.NOT_CALLED if lost else Line.ASKED
    if heard.answered:
        return Line.TALKED if heard.ended_how else Line.TALKING
    if not heard.was_dialled:
        return Line.NOT_CALLED if heard.ended_how else Line.OWN
    return _not_reached(heard.why) if heard.ended_how else Line.DIALLING


def _not_reached(why: str) -> Line:
    """Without a word of why, it was hung up before anybody picked up."""
    return _WHY.get(why, Line.FAILED) if why else Line.NO_ANSWER


@dataclass(frozen=True, slots=True)
class Ending:
    """A way in which calls of the campaign end, in its place; `line` is the end of the line that it stands for."""

    key: int
    outcome: Outcome
    line: str = ""


def proposal(line: Line, endings: Iterable[Ending]) -> int | None:
    """The key of the ending that the end of the line amounts to; None where only the person can know.

    The one that says so, or else what the campaign has for a wrong number, or for whoever was not reached.
    """
    if line not in NOT_REACHED:
        return None
    there = list(endings)
    said = next((one.key for one in there if one.line == line), None)
    if said is not None:
        return said
    wanted = (Outcome.WRONG, Outcome.RETRY) if line is Line.UNKNOWN else (Outcome.RETRY,)
    return next((one.key for outcome in wanted for one in there if one.outcome is outcome), None)

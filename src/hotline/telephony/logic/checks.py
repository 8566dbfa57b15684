"""A test call of the system's own: what is found, and what of it is a fault (A7.1, A7.2). Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hotline.kernel.rules import Dated
from hotline.kernel.words import gettext_noop


class Fault(StrEnum):
    """What may be wrong with a line."""

    NO_ENGINE = "no_engine"
    NOT_DIALLED = "not_dialled"
    NOT_ANSWERED = "not_answered"
    LATE = "late"
    SILENT = "silent"
    NOT_REACHED = "not_reached"
    NO_RECORDING = "no_recording"
    CALLER_NOT_RECORDED = "caller_silent"
    HOUSE_NOT_RECORDED = "house_silent"


FAULT_LABELS = {
    Fault.NO_ENGINE: gettext_noop("The telephone engine did not make the call."),
    Fault.NOT_DIALLED: gettext_noop("The exchange could not place the call."),
    Fault.NOT_ANSWERED: gettext_noop("Nobody answered: the line is dead, or leads elsewhere."),
    Fault.LATE: gettext_noop("The call was answered late."),
    Fault.SILENT: gettext_noop("No announcement was heard."),
    Fault.NOT_REACHED: gettext_noop("The call did not come to where it should."),
    Fault.NO_RECORDING: gettext_noop("Nothing was recorded."),
    Fault.CALLER_NOT_RECORDED: gettext_noop("The caller's side of the recording is silent."),
    Fault.HOUSE_NOT_RECORDED: gettext_noop("The house's side of the recording is silent."),
}


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """When a line is in order."""

    answered_ms: int  # at most, from dialling
    heard: int  # thousandths of the time with sound, at least
    recorded: int  # the same for each side of the recording


CHECK_TERMS: Dated[CheckTerms] = Dated({date(2020, 1, 1): CheckTerms(answered_ms=10_000, heard=100, recorded=30)})


@dataclass(frozen=True, slots=True)
class Found:
    """What one test call found. `recorded`: caller's and house's side in thousandths, None where nothing was asked."""

    dialled: bool
    answered_ms: int | None = None
    heard: int = 0
    reached: bool = False
    recording_asked: bool = False
    recorded: tuple[int, int] | None = None


def faults(found: Found, terms: CheckTerms) -> list[Fault]:
    """A7.1, A7.2: everything that is wrong; nothing: the line is in order. What follows from a fault is not named."""
    if not found.dialled:
        return [Fault.NOT_DIALLED]
    if found.answered_ms is None:
        return [Fault.NOT_ANSWERED]
    wrong = [Fault.LATE] if found.answered_ms > terms.answered_ms else []
    if found.heard < terms.heard:
        wrong.append(Fault.SILENT)
    if not found.reached:
        wrong.append(Fault.NOT_REACHED)
    if found.recording_asked:
        wrong += _of_recording(found.recorded, terms)
    return wrong


def _of_recording(recorded: tuple[int, int] | None, terms: CheckTerms) -> list[Fault]:
    if recorded is None:
        return [Fault.NO_RECORDING]
    caller, house = recorded
    wrong = [Fault.CALLER_NOT_RECORDED] if caller < terms.recorded else []
    return wrong + ([Fault.HOUSE_NOT_RECORDED] if house < terms.recorded else [])

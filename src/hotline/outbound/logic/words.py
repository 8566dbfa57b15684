"""The words that tables, services and pages of campaigns share. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.kernel.words import gettext_noop as _


class Status(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"


STATUS_LABELS: Mapping[Status, str] = {
    Status.DRAFT: _("Being prepared"),
    Status.RUNNING: _("Campaign running"),
    Status.PAUSED: _("Campaign paused"),
    Status.CLOSED: _("Campaign closed"),
}
STATUS_MOVES: Mapping[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.RUNNING, Status.CLOSED}),
    Status.RUNNING: frozenset({Status.PAUSED, Status.CLOSED}),
    Status.PAUSED: frozenset({Status.RUNNING, Status.CLOSED}),
    Status.CLOSED: frozenset(),
}


class Mode(StrEnum):
    """How numbers are dialled."""

    PREVIEW = "preview"
    PROGRESSIVE = "progressive"


MODE_LABELS: Mapping[Mode, str] = {
    Mode.PREVIEW: _("Preview: the person looks first, then dials"),
    Mode.PROGRESSIVE: _("Progressive: dialled by itself as soon as a person is free"),
}
MODE_SHORT: Mapping[Mode, str] = {Mode.PREVIEW: _("Preview dialling"), Mode.PROGRESSIVE: _("Progressive dialling")}


class Standing(StrEnum):
    """Where somebody on a list stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    STOPPED = "stopped"  # reached, and it ended without success; or nobody is under the number
    UNREACHED = "unreached"  # tried as often as the campaign tries
    BARRED = "barred"  # must not be called


STANDING_LABELS: Mapping[Standing, str] = {
    Standing.WAITING: _("To call"),
    Standing.TAKEN: _("In the hands of somebody"),
    Standing.DONE: _("Completed"),
    Standing.STOPPED: _("Ended without success"),
    Standing.UNREACHED: _("Never reached"),
    Standing.BARRED: _("Must not be called"),
}
STANDING_MOVES: Mapping[Standing, frozenset[Standing]] = {
    Standing.WAITING: frozenset({Standing.TAKEN, Standing.BARRED}),
    Standing.TAKEN: frozenset(set(Standing)) - {Standing.TAKEN},
    Standing.DONE: frozenset(),
    Standing.STOPPED: frozenset(),
    Standing.UNREACHED: frozenset(),
    Standing.BARRED: frozenset(),
}


class Outcome(StrEnum):
    """What a call came to; each disposition of a campaign is one of these under a name of its own."""

    DONE = "done"
    REFUSED = "refused"
    LATER = "later"
    RETRY = "retry"
    WRONG = "wrong"
    BARRED = "barred"
    DROPPED = "dropped"  # he picked up and nobody of ours was there: an abandoned call


OUTCOME_LABELS: Mapping[Outcome, str] = {
    Outcome.DONE: _("Reached, completed: the form is filled in"),
    Outcome.REFUSED: _("Reached, does not want to"),
    Outcome.LATER: _("Reached, an appointment was made"),
    Outcome.RETRY: _("Not reached, try again"),
    Outcome.WRONG: _("Wrong number or not in service"),
    Outcome.BARRED: _("Does not want to be called again, by anybody here"),
    Outcome.DROPPED: _("He picked up, but nobody of us was on the line"),
}
REACHED = frozenset({Outcome.DONE, Outcome.REFUSED, Outcome.LATER, Outcome.BARRED})


class Dialled(StrEnum):
    """By what a number was dialled."""

    HAND = "hand"  # at a desk telephone beside the page
    EXCHANGE = "exchange"


class Left(StrEnum):
    """Why somebody is not on the line of a campaign any more."""

    PERSON = "person"
    NOT_RUNNING = "not_running"
    CLOSED = "closed"
    GOAL = "goal"
    CREW = "crew"
    OFFLINE = "offline"


LEFT_LABELS: Mapping[Left, str] = {
    Left.PERSON: _("He left the line himself"),
    Left.NOT_RUNNING: _("The campaign was paused or closed"),
    Left.CLOSED: _("Its hours were over"),
    Left.GOAL: _("His goal for the day was reached"),
    Left.CREW: _("He does not work in it any more"),
    Left.OFFLINE: _("His telephone was closed"),
}


class Source(StrEnum):
    """Why somebody must not be called: who said so."""

    CUSTOMER = "customer"
    COMPLAINT = "complaint"
    AUTHORITY = "authority"
    CENTRE = "centre"


SOURCE_LABELS: Mapping[Source, str] = {
    Source.CUSTOMER: _("He said so himself"),
    Source.COMPLAINT: _("After a complaint"),
    Source.AUTHORITY: _("A list of an authority"),
    Source.CENTRE: _("The centre's own decision"),
}


class Kind(StrEnum):
    """What kind of field a form has."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"


KIND_LABELS: Mapping[Kind, str] = {
    Kind.TEXT: _("One line of text"),
    Kind.LONG: _("Several lines of text"),
    Kind.NUMBER: _("Whole number"),
    Kind.DATE: _("Day"),
    Kind.CHOICE: _("One of several"),
    Kind.CHOICES: _("Any of several"),
    Kind.YES_NO: _("Yes or no"),
}
WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.CHOICES})

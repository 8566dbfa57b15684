"""The words that the ACD, the tables and the pages share. Pure."""

from enum import StrEnum

from hotline.kernel.words import gettext_noop

SIMULATED = "simulated"  # the name of the exchange of demonstrations: nobody real calls, and nothing is heard


class State(StrEnum):
    """What a person at a telephone is doing; one at a time, without gaps from the first sign-in on."""

    OFFLINE = "offline"
    NOT_READY = "not_ready"
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


STATE_LABELS = {
    State.OFFLINE: gettext_noop("Not at the telephone"),
    State.NOT_READY: gettext_noop("Telephone not ready"),
    State.READY: gettext_noop("Waiting for a call"),
    State.RINGING: gettext_noop("Ringing"),
    State.TALKING: gettext_noop("Talking"),
    State.WRAP_UP: gettext_noop("After-call work"),
}


class Left(StrEnum):
    """How a call leaves a queue, and how a call ends that never reached anybody."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"  # the caller hung up while waiting or ringing
    FULL = "full"
    CLOSED = "closed"
    EMPTY = "empty"  # nobody is signed in to the queue
    TIMEOUT = "timeout"
    DIVERTED = "diverted"  # moved to another queue
    CALLBACK = "callback"  # the caller keeps his place and is called back
    REJOINED = "rejoined"  # taken up again by the same person after his telephone was loaded anew
    MENU = "menu"  # the menu let the call end, or the caller hung up in it
    TEST = "test"  # a call of the daily check: nobody waited
    LOST = "lost"  # the machine failed


LEFT_LABELS = {
    Left.ANSWERED: gettext_noop("Call answered"),
    Left.ABANDONED: gettext_noop("Hung up while waiting"),
    Left.FULL: gettext_noop("The queue was full"),
    Left.CLOSED: gettext_noop("Outside the hours"),
    Left.EMPTY: gettext_noop("Nobody was signed in"),
    Left.TIMEOUT: gettext_noop("Waited too long"),
    Left.DIVERTED: gettext_noop("Moved to another queue"),
    Left.CALLBACK: gettext_noop("To be called back"),
    Left.REJOINED: gettext_noop("Taken up again"),
    Left.MENU: gettext_noop("Ended in the menu"),
    Left.TEST: gettext_noop("Test call"),
    Left.LOST: gettext_noop("Lost by a fault"),
}


# ends of a call to which nobody talked though somebody should have
MISSED = frozenset({Left.ABANDONED, Left.FULL, Left.EMPTY, Left.CLOSED, Left.TIMEOUT, Left.CALLBACK, Left.LOST})


class CallKind(StrEnum):
    """Who called whom."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"  # between colleagues


KIND_LABELS = {
    CallKind.IN: gettext_noop("Came in"),
    CallKind.OUT: gettext_noop("Called by us"),
    CallKind.INTERNAL: gettext_noop("Between colleagues"),
}


class Role(StrEnum):
    """Why a telephone rings. Only the first comes from a queue's line and counts in its figures."""

    LINE = "line"
    OUT = "out"  # its person calls somebody
    THIRD = "third"  # a colleague asks him into a talk
    WATCH = "watch"  # its person listens to a talk


class Watching(StrEnum):
    """How a superior takes part in somebody's talk."""

    LISTEN = "listen"  # hears both, is heard by nobody
    WHISPER = "whisper"  # is heard by his own person alone
    JOIN = "join"  # is heard by both


WATCHING_LABELS = {
    Watching.LISTEN: gettext_noop("Hears both, is heard by nobody"),
    Watching.WHISPER: gettext_noop("Is heard by the person alone"),
    Watching.JOIN: gettext_noop("Is heard by both"),
}


class ThirdEnd(StrEnum):
    """What became of somebody who was asked into a talk."""

    RETURNED = "returned"  # whoever asked him went back to the caller
    LEFT = "left"  # he hung up himself
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    BUSY = "busy"
    TRANSFERRED = "transferred"  # the caller is his now
    CALLER_LEFT = "caller_left"


THIRD_LABELS = {
    ThirdEnd.RETURNED: gettext_noop("Back to the caller"),
    ThirdEnd.LEFT: gettext_noop("The third hung up"),
    ThirdEnd.REFUSED: gettext_noop("The third refused"),
    ThirdEnd.NO_ANSWER: gettext_noop("The third did not answer"),
    ThirdEnd.FAILED: gettext_noop("The third was not reached"),
    ThirdEnd.BUSY: gettext_noop("The third was busy"),
    ThirdEnd.TRANSFERRED: gettext_noop("The caller was handed over"),
    ThirdEnd.CALLER_LEFT: gettext_noop("The caller hung up first"),
}


class OfferEnd(StrEnum):
    """What became of an offer to a person."""

    TAKEN = "taken"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    FAILED = "failed"  # his telephone could not be reached
    CALLER_LEFT = "caller_left"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # nothing was heard of it until its lease ran out


OFFER_LABELS = {
    OfferEnd.TAKEN: gettext_noop("Picked up"),
    OfferEnd.REFUSED: gettext_noop("Call refused"),
    OfferEnd.NO_ANSWER: gettext_noop("Not answered in three rings"),
    OfferEnd.FAILED: gettext_noop("Telephone not reached"),
    OfferEnd.CALLER_LEFT: gettext_noop("The caller hung up first"),
    OfferEnd.WITHDRAWN: gettext_noop("Withdrawn"),
    OfferEnd.EXPIRED: gettext_noop("Nothing was heard of it"),
}


class Fact(StrEnum):
    """What is written into the log of calls; everything else is reckoned from it."""

    CALL_ARRIVED = "call.arrived"
    MENU_ENTERED = "menu.entered"
    MENU_STEP = "menu.step"
    MENU_LEFT = "menu.left"
    QUEUE_ENTERED = "queue.entered"
    QUEUE_LEFT = "queue.left"
    OFFER_MADE = "offer.made"
    OFFER_RANG = "offer.rang"
    OFFER_ENDED = "offer.ended"
    TALK_BEGAN = "talk.began"
    TALK_ENDED = "talk.ended"
    HOLD_BEGAN = "hold.began"
    HOLD_ENDED = "hold.ended"
    CALLBACK_DIALLED = "callback.dialled"
    CALLBACK_FAILED = "callback.failed"
    THIRD_CALLED = "third.called"
    THIRD_TALKS = "third.talks"
    THIRD_JOINED = "third.joined"
    THIRD_ENDED = "third.ended"
    WATCH_BEGAN = "watch.began"
    WATCH_ENDED = "watch.ended"
    CALL_ENDED = "call.ended"
    AGENT_STATE = "agent.state"
    LIMIT_PASSED = "agent.limit_passed"


OF_PEOPLE = frozenset({Fact.AGENT_STATE, Fact.LIMIT_PASSED})  # what is told of people; the rest belongs to a call
OF_LISTENERS = frozenset({Fact.WATCH_BEGAN, Fact.WATCH_ENDED})

FACT_LABELS = {
    Fact.CALL_ARRIVED: gettext_noop("The call came in"),
    Fact.MENU_ENTERED: gettext_noop("Entered the menu"),
    Fact.MENU_STEP: gettext_noop("Step of the menu"),
    Fact.MENU_LEFT: gettext_noop("Left the menu"),
    Fact.QUEUE_ENTERED: gettext_noop("Entered the queue"),
    Fact.QUEUE_LEFT: gettext_noop("Left the queue"),
    Fact.OFFER_MADE: gettext_noop("Offered"),
    Fact.OFFER_RANG: gettext_noop("The telephone rings"),
    Fact.OFFER_ENDED: gettext_noop("End of the offer"),
    Fact.TALK_BEGAN: gettext_noop("Talk began"),
    Fact.TALK_ENDED: gettext_noop("Talk ended"),
    Fact.HOLD_BEGAN: gettext_noop("Put on hold"),
    Fact.HOLD_ENDED: gettext_noop("Taken back from hold"),
    Fact.CALLBACK_DIALLED: gettext_noop("Called back"),
    Fact.CALLBACK_FAILED: gettext_noop("Not reached by the call-back"),
    Fact.THIRD_CALLED: gettext_noop("A third was called"),
    Fact.THIRD_TALKS: gettext_noop("The third picked up"),
    Fact.THIRD_JOINED: gettext_noop("All three talk"),
    Fact.THIRD_ENDED: gettext_noop("The third is out of it"),
    Fact.WATCH_BEGAN: gettext_noop("A superior listens in"),
    Fact.WATCH_ENDED: gettext_noop("The superior is out of it"),
    Fact.CALL_ENDED: gettext_noop("The call ended"),
    Fact.AGENT_STATE: gettext_noop("State of a person"),
    Fact.LIMIT_PASSED: gettext_noop("Not ready for longer than the reason allows"),
}


class Reason(StrEnum):
    """Reasons of being not ready that the machine itself gives; a centre adds its own."""

    SIGN_IN = "sign_in"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    LOST = "lost"
    FORCED = "forced"  # by a superior
    LEFT_SEAT = "left_seat"
    UNATTENDED = "unattended"
    WATCHING = "watching"  # listens in to somebody's talk


REASON_LABELS = {
    Reason.SIGN_IN: gettext_noop("Just signed in"),
    Reason.NO_ANSWER: gettext_noop("Did not answer"),
    Reason.REFUSED: gettext_noop("Refused a call"),
    Reason.UNREACHABLE: gettext_noop("Telephone not reached"),
    Reason.LOST: gettext_noop("Set by the system"),
    Reason.FORCED: gettext_noop("Set by a superior"),
    Reason.LEFT_SEAT: gettext_noop("Seat locked"),
    Reason.UNATTENDED: gettext_noop("Nobody at the seat"),
    Reason.WATCHING: gettext_noop("Listens in"),
}


class Why(StrEnum):
    """Why a person was, or was not, the one to whom a call was offered."""

    CHOSEN_OWNER = "chosen_owner"
    CHOSEN_IDLE = "chosen_idle"
    CHOSEN_SENT = "chosen_sent"
    REJOINS = "rejoins"
    CALLS_OUT = "calls_out"
    ASKED_IN = "asked_in"
    LISTENS_IN = "listens_in"
    NEXT = "next"
    NOT_MEANT = "not_meant"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_READY = "not_ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    UNREACHABLE = "unreachable"
    LACKS_SKILL = "lacks_skill"


WHY_LABELS = {
    Why.CHOSEN_OWNER: gettext_noop("Chosen: took this caller's open report first"),
    Why.CHOSEN_IDLE: gettext_noop("Chosen: free for the longest time"),
    Why.CHOSEN_SENT: gettext_noop("Chosen: a colleague handed the caller over to him"),
    Why.REJOINS: gettext_noop("Takes his own talk up again: his telephone was loaded anew"),
    Why.CALLS_OUT: gettext_noop("Calls somebody himself"),
    Why.ASKED_IN: gettext_noop("A colleague asked him into the talk"),
    Why.LISTENS_IN: gettext_noop("Listens in to the talk"),
    Why.NEXT: gettext_noop("Free, but for a shorter time"),
    Why.NOT_MEANT: gettext_noop("Free, but the caller was meant for the person chosen"),
    Why.NOT_SIGNED_IN: gettext_noop("Not at the telephone"),
    Why.NOT_READY: gettext_noop("Telephone not ready"),
    Why.RINGING: gettext_noop("Being rung for another call"),
    Why.TALKING: gettext_noop("Talking"),
    Why.WRAP_UP: gettext_noop("After-call work"),
    Why.UNREACHABLE: gettext_noop("Telephone not reached"),
    Why.LACKS_SKILL: gettext_noop("Lacks a skill that the queue still asked for"),
}

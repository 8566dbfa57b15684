"""What the engine hears and what it says. Frozen: a stream of these can be kept and played again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.acd.engine.terms import Terms
from hotline.telephony.logic.words import Fact, OfferEnd, Watching

# ---------------------------------------------------------------- heard from the exchange


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller is on the line and asks for a queue; `came` when he has waited already (kept by the exchange)."""

    call: str
    queue: int
    number: str = ""
    dialled: str = ""
    owner: int | None = None
    came: datetime | None = None
    menu: int | None = None  # the menu in which the number begins
    test: bool = False  # a call of the system's own: nobody is rung for it
    forced: tuple[tuple[str, str], ...] = ()  # of a test call: which way a step by time leads


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """The caller's line ended."""

    call: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller pressed a key."""

    call: str
    key: str


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a menu's step have been said; `turn` tells which."""

    call: str
    turn: int


@dataclass(frozen=True, slots=True)
class BackInMenu:
    """A caller whom the exchange kept in the meantime is in his menu again."""

    call: str


@dataclass(frozen=True, slots=True)
class OfferRings:
    """The person's telephone rings."""

    offer: str


@dataclass(frozen=True, slots=True)
class OfferLost:
    """The person's telephone went away while it rang: its page was loaded anew, or its network blinked."""

    offer: str


@dataclass(frozen=True, slots=True)
class OfferTaken:
    """The person has picked up."""

    offer: str


@dataclass(frozen=True, slots=True)
class OfferOver:
    """The person's line ended: before he picked up (why), or after (the talk is over)."""

    offer: str
    why: OfferEnd = OfferEnd.FAILED


@dataclass(frozen=True, slots=True)
class CalledAnswered:
    """Somebody who is being called back has picked up."""

    call: str


@dataclass(frozen=True, slots=True)
class CalledFailed:
    """Somebody who is being called was not reached: busy, no_answer, refused, unknown (no such number), failed."""

    call: str
    why: str = "failed"


@dataclass(frozen=True, slots=True)
class Reachable:
    """A person's telephone can be reached, or can not any more."""

    person: int
    yes: bool


# ---------------------------------------------------------------- heard from people: `seq` grows, old ones are void


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person is at his telephone."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class SignOut:
    """A person leaves; a talk he is in ends first."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class GetReady:
    """A person takes calls; in after-call work it ends that."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class BeNotReady:
    """A person takes no calls; during a talk it counts from the end of it."""

    person: int
    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class MoreWrapUp:
    """A person needs longer for his after-call work."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """A person does not take the call that he is offered."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class TakeIt:
    """A person picks up at the desk (where his telephone lets the desk do so)."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """A person ends his talk."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class Hold:
    """A person puts his caller on hold, or takes him back."""

    person: int
    seq: int
    on: bool


@dataclass(frozen=True, slots=True)
class Rejoin:
    """A person's telephone was loaded anew while he talks or it rings."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """A person hands his caller over to a queue, and there first of all to a colleague."""

    person: int
    seq: int
    queue: int
    to: int | None = None


@dataclass(frozen=True, slots=True)
class TransferOut:
    """A person hands his caller over to a number outside, without asking there first."""

    person: int
    seq: int
    number: str


@dataclass(frozen=True, slots=True)
class Consult:
    """A person asks somebody else while his caller is on hold: a colleague, whoever is free in a queue, a number."""

    person: int
    seq: int
    to: int | None = None
    queue: int | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class BackToCaller:
    """A person lets go of the third, rung or talked to, and talks to his caller again."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class Confer:
    """Caller, person and third talk together."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class Complete:
    """The caller is the third's from now on; the person is out of it."""

    person: int
    seq: int


@dataclass(frozen=True, slots=True)
class CallOut:
    """A person calls a number, or a colleague; his own telephone rings first. `call` is the name the call gets."""

    person: int
    seq: int
    call: str
    number: str = ""
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A superior takes part in a person's talk, or does so otherwise from now on."""

    person: int
    seq: int
    whom: int
    how: Watching


@dataclass(frozen=True, slots=True)
class TakeOver:
    """A superior who listens in takes the caller himself; the person is out of it."""

    person: int
    seq: int


# ---------------------------------------------------------------- heard from the shell


@dataclass(frozen=True, slots=True)
class Configured:
    """What is set has changed."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


Wish = (
    SignIn | SignOut | GetReady | BeNotReady | MoreWrapUp | Refuse | TakeIt | HangUp | Hold | Rejoin | Transfer
    | TransferOut | Consult | BackToCaller | Confer | Complete | CallOut | Watch | TakeOver
)  # fmt: skip
Event = (
    CallArrived | CallerLeft | KeyPressed | Said | BackInMenu | OfferRings | OfferLost | OfferTaken | OfferOver
    | CalledAnswered | CalledFailed | Reachable | Configured | Tick | Wish
)  # fmt: skip

# ---------------------------------------------------------------- said to the exchange


@dataclass(frozen=True, slots=True)
class Answer:
    """Take the call off the hook."""

    call: str


@dataclass(frozen=True, slots=True)
class Say:
    """Speak prompts one after another, then music again; with `then_end` the call ends after them.

    With `turn` they are a menu's: no music follows, `Said` is told with the same number, and nothing further may be
    said for `patience` seconds.
    """

    call: str
    prompts: tuple[str, ...]
    then_end: bool = False
    turn: int = 0
    patience: int = 0


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring a person's telephone for a call. Only sent once he is reserved for the offer in the database.

    `beside` is the offer of whoever waits for it to be picked up: he hears it ring. `wanted`: the person has asked for
    it himself (he calls somebody, he listens in), so that it picks itself up. `again`: the line that it had for this
    offer is dead; what is left of it is ended, and of its end nothing is told.
    """

    offer: str
    call: str
    person: int
    seconds: int
    beside: str = ""
    wanted: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class RingOut:
    """Ring a number outside as a further line of a call; it is told of like a person's line, under this offer."""

    offer: str
    call: str
    number: str
    seconds: int
    beside: str = ""


@dataclass(frozen=True, slots=True)
class StopRinging:
    """The telephone of an offer is to ring no longer; `person` is None for a number outside."""

    offer: str
    person: int | None


@dataclass(frozen=True, slots=True)
class PickUp:
    """Let the person's telephone answer by itself."""

    offer: str
    person: int


@dataclass(frozen=True, slots=True)
class Connect:
    """Let the caller and whoever holds the offer talk; both are recorded when that is a person of the centre."""

    call: str
    offer: str
    person: int | None


@dataclass(frozen=True, slots=True)
class AddThird:
    """A further line joins the conference of an offer's person, recorded under its own name as `person`'s.

    The caller is not moved: he hears music as long as he is on hold. A call between colleagues has no caller; its
    conference begins here.
    """

    call: str
    offer: str
    third: str
    person: int


@dataclass(frozen=True, slots=True)
class Spy:
    """A superior's line (`watch`) takes part in the talk of an offer's person, or does so otherwise."""

    call: str
    offer: str
    watch: str
    person: int  # the superior
    how: Watching


@dataclass(frozen=True, slots=True)
class DialOut:
    """Call somebody back and connect him with the person who holds the offer."""

    call: str
    offer: str
    person: int
    number: str


@dataclass(frozen=True, slots=True)
class PutOnHold:
    """The caller hears music, or hears the person again."""

    call: str
    offer: str
    on: bool


@dataclass(frozen=True, slots=True)
class BackInLine:
    """The caller of a talk waits again, with music; the line of the person ends by an order of its own."""

    call: str
    offer: str


@dataclass(frozen=True, slots=True)
class EndLeg:
    """Hang up a person's line."""

    offer: str
    person: int | None = None


@dataclass(frozen=True, slots=True)
class EndCall:
    """Hang up the caller's line."""

    call: str


# ---------------------------------------------------------------- said to the shell


@dataclass(frozen=True, slots=True)
class Note:
    """A fact for the log: what, when, of which call and person, and what else is to be known."""

    fact: Fact
    at: datetime
    call: str = ""
    person: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wake:
    """Send a Tick at this moment, if not earlier."""

    at: datetime


Order = (
    Answer | Say | Ring | RingOut | StopRinging | PickUp | Connect | AddThird | Spy | DialOut | PutOnHold | BackInLine
    | EndLeg | EndCall
)  # fmt: skip
Command = Order | Note | Wake


def seconds(span: timedelta) -> int:
    """Whole seconds, never fewer than one: what a telephone is told."""
    return max(1, -(-span // timedelta(seconds=1)))

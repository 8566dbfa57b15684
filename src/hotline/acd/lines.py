"""How Asterisk's channels, conferences and files are named, and what its words mean. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hotline.acd.switch import Arrived, recording_of
from hotline.telephony.logic.words import OfferEnd

LEG, OUT, SNOOP, SPY, BRIDGE, EAR, VOICE, TONE = "ag-", "out-", "sn-", "spy-", "br-", "ear-", "say-", "tone-"
LISTENS_FOR = (
    "StasisStart", "StasisEnd", "ChannelDestroyed", "ChannelStateChange", "ChannelDtmfReceived", "PlaybackFinished",
    "RecordingFinished", "RecordingFailed", "EndpointStateChange", "ContactStatusChange", "PeerStatusChange",
    "ApplicationReplaced", "RESTResponse",  # answers pass the filter too
)  # fmt: skip
REJECTED = {17, 21, 55, 57}  # causes that mean: the person said no
UNANSWERED = {18, 19}
WHY = {17: "busy", 18: "no_answer", 19: "no_answer", 21: "refused", 1: "unknown", 28: "unknown"}
KEEP_EVERY = 5.0  # seconds: how often a waiting caller's own time limit is pushed further
# Seconds: a caller whom no ACD pushes is taken back by the dialplan's own queue. Nothing can be set while words are
# spoken (that request, and every one behind it, would wait for their end), so the limit outlasts the longest of them.
KEEP_FOR = 25


@dataclass(slots=True)
class Line:
    """What the caller's line is about."""

    call: str
    channel: str
    music: bool = False
    waiting: bool = True
    held: bool = False  # on hold, or perhaps so: its music is to be stopped before it joins a conference
    then_end: bool = False
    voice: int = 0  # how often something was said
    turn: int = 0  # of a menu's words: whoever spoke them hears of their end


def voice_of(line: Line) -> str:
    """The name of what is being said: one of two, so that a new ACD can silence what a dead one began."""
    return f"{VOICE}{line.channel}-{line.voice % 2}"


def account_of(channel: dict[str, Any]) -> str:
    """Which telephone's line a channel is: `PJSIP/ACCOUNT-0000001`; nothing where its name says something else."""
    kind, _, rest = str(channel.get("name", "")).partition("/")
    return rest.rpartition("-")[0] if kind == "PJSIP" else ""


def moment_of(event: dict[str, Any]) -> datetime | None:
    """When an event happened, by the exchange's own clock; None when it does not say so."""
    try:
        return datetime.fromisoformat(event["timestamp"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return None


def end_of(cause: int) -> OfferEnd:
    """Why a person's line ended before he picked up."""
    if cause in REJECTED:
        return OfferEnd.REFUSED
    return OfferEnd.NO_ANSWER if cause in UNANSWERED else OfferEnd.FAILED


def why_of(cause: int) -> str:
    """Why somebody outside was not reached, in the engine's words."""
    return WHY.get(cause, "failed")


def file_of(offer: str, side: str) -> str:
    """How one side's recording is named."""
    return f"{recording_of(offer)}_{side}"


def arrived(channel: dict[str, Any], args: list[str]) -> Arrived:
    """A caller's line as it comes in."""
    came = datetime.fromisoformat(channel["creationtime"]).astimezone(UTC)
    dialled = args[1] if len(args) > 1 else str(channel.get("dialplan", {}).get("exten", ""))
    return Arrived(channel["id"], str((channel.get("caller") or {}).get("number", "")), dialled, came)

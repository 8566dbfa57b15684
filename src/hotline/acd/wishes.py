"""What people asked by the pages, in the engine's words."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from hotline.acd.engine import messages as m
from hotline.telephony.logic.calling import name_of
from hotline.telephony.logic.words import Watching
from hotline.telephony.models import Wish, WishKind

PLAIN: dict[str, Callable[[int, int], m.Wish]] = {
    WishKind.SIGN_IN: m.SignIn,
    WishKind.SIGN_OUT: m.SignOut,
    WishKind.READY: m.GetReady,
    WishKind.MORE_WRAP_UP: m.MoreWrapUp,
    WishKind.REFUSE: m.Refuse,
    WishKind.TAKE: m.TakeIt,
    WishKind.HANG_UP: m.HangUp,
    WishKind.REJOIN: m.Rejoin,
    WishKind.BACK: m.BackToCaller,
    WishKind.CONFER: m.Confer,
    WishKind.COMPLETE: m.Complete,
    WishKind.TAKE_OVER: m.TakeOver,
}


LATE = timedelta(seconds=30)  # whoever asked to call somebody so long ago does not sit there waiting for it any more


def is_late(row: Wish, at: datetime) -> bool:
    """Whether a wish is not carried out any more: a call out that an ACD hears of only after having been away."""
    return row.kind == WishKind.CALL_OUT and at - row.at > LATE


def event_of(row: Wish) -> m.Wish | None:
    """The event that a wish amounts to; None for what is none of a person's."""
    person, seq = row.person_id, row.pk
    if person is None or row.kind == WishKind.SETUP:
        return None
    if (plain := PLAIN.get(row.kind)) is not None:
        return plain(person, seq)
    return _SAID[row.kind](person, seq, row.data)


def _transfer(person: int, seq: int, data: Mapping[str, Any]) -> m.Wish:
    if data.get("number"):
        return m.TransferOut(person, seq, str(data["number"]))
    return m.Transfer(person, seq, int(data["queue"]), data.get("to"))


_SAID: dict[str, Callable[[int, int, Mapping[str, Any]], m.Wish]] = {
    WishKind.HOLD: lambda person, seq, _data: m.Hold(person, seq, on=True),
    WishKind.UNHOLD: lambda person, seq, _data: m.Hold(person, seq, on=False),
    WishKind.NOT_READY: lambda person, seq, data: m.BeNotReady(person, seq, str(data.get("reason", ""))),
    WishKind.TRANSFER: _transfer,
    WishKind.CONSULT: lambda person, seq, data: m.Consult(
        person, seq, data.get("to"), data.get("queue"), str(data.get("number", ""))
    ),
    WishKind.CALL_OUT: lambda person, seq, data: m.CallOut(
        person, seq, name_of(seq), str(data.get("number", "")), data.get("to")
    ),
    WishKind.WATCH: lambda person, seq, data: m.Watch(person, seq, int(data["whom"]), Watching(data["how"])),
}

"""The reducer: one event in, the new state and what is to be done out."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from hotline.acd.engine import calls, menus, people, watching
from hotline.acd.engine.matching import match
from hotline.acd.engine.messages import (
    BackInMenu,
    CallArrived,
    CalledAnswered,
    CalledFailed,
    CallerLeft,
    Command,
    Configured,
    Event,
    KeyPressed,
    OfferLost,
    OfferOver,
    OfferRings,
    OfferTaken,
    Reachable,
    Said,
    Tick,
)
from hotline.acd.engine.state import Draft, World


def reduce(world: World, event: Event, at: datetime) -> tuple[World, list[Command]]:
    """What becomes of the world by one event at a moment, and the commands in their order.

    Any event may come twice, late or out of order: what does not fit any more changes nothing, except that a line
    that belongs to nothing is hung up. A moment before the last one counts as the last one.
    """
    draft = Draft(world, at)
    _apply(draft, event)
    watching.settle(draft)
    match(draft)
    return draft.done(), draft.commands


def _apply(draft: Draft, event: Event) -> None:
    if isinstance(event, Configured):
        draft.terms = event.terms
    elif isinstance(event, Tick):
        menus.tick(draft)
        calls.tick(draft)
        people.tick(draft)
    else:
        _WORK.get(type(event), people.wish)(draft, event)


_WORK: dict[type, Callable[[Draft, Any], None]] = {
    CallArrived: calls.arrived,
    CallerLeft: calls.caller_left,
    KeyPressed: calls.key_pressed,
    Said: menus.said,
    BackInMenu: menus.back,
    OfferRings: calls.rings,
    OfferLost: calls.lost,
    OfferTaken: calls.taken,
    OfferOver: calls.over,
    CalledAnswered: calls.called_answered,
    CalledFailed: calls.called_failed,
    Reachable: people.reachable,
}


def play(world: World, events: Iterable[tuple[Event, datetime]]) -> tuple[World, list[Command]]:
    """A stream of events one after another: what a recorded day does."""
    commands: list[Command] = []
    for event, at in events:
        world, more = reduce(world, event, at)
        commands += more
    return world, commands

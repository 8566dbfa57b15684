"""A caller in a menu: each step says its words, hears keys, waits so long, and leads on; every way ends somewhere."""

from dataclasses import replace
from datetime import timedelta

from hotline.acd.engine import calls
from hotline.acd.engine.messages import BackInMenu, KeyPressed, Said, Say
from hotline.acd.engine.state import Call, Draft, Walk
from hotline.acd.engine.terms import Edition
from hotline.kernel.workclock import ZONE, DayKind
from hotline.telephony.logic.menus import ENDS, SIGNS_PER_SECOND, Step, StepKind, window_at
from hotline.telephony.logic.words import Fact, Left

SECOND = timedelta(seconds=1)
HOPS = 100  # a published menu has no circle without a caller; should one come to stand here, it ends all the same


def begin(draft: Draft, call: Call, edition: Edition, forced: tuple[tuple[str, str], ...] = ()) -> None:
    """The caller comes to the first step."""
    draft.note(Fact.MENU_ENTERED, call=call.id, menu=edition.menu, version=edition.version)
    walk = Walk(edition.menu, edition.version, edition.tree, forced=forced)
    _go(draft, draft.call(call, walk=walk), edition.tree.start, "start", "", first=("welcome",))


def back(draft: Draft, event: BackInMenu) -> None:
    """After a restart, or after the exchange kept the caller: the step in which he was begins anew."""
    call = draft.calls.get(event.call)
    if call is None or call.walk is None:
        return
    _go(draft, call, call.walk.step or call.walk.tree.start, "restart", "")


def _go(draft: Draft, call: Call, key: str, how: str, what: str, first: tuple[str, ...] = ()) -> None:
    """To a step, and on through those that ask nothing of the caller."""
    for _ in range(HOPS):
        walk = call.walk
        assert walk is not None
        step = walk.tree.steps.get(key)
        if step is None:
            break
        draft.note(Fact.MENU_STEP, call=call.id, step=key, how=how, what=what)
        call = draft.call(call, walk=replace(walk, step=key, silent=0, wrong=0, listens=False, due=None))
        if step.kind in ENDS:
            _end(draft, call, step, first)
            return
        if step.kind is not StepKind.TIMES:
            _speak(draft, call, step, first)
            return
        key, how, what = _by_time(draft, walk, step)
    _to_queue(draft, call, call.queue, first)


def _by_time(draft: Draft, walk: Walk, step: Step) -> tuple[str, str, str]:
    """Where the clock leads; a test call that walks every branch is told where."""
    forced = dict(walk.forced).get(step.key)
    if forced is not None:
        ways = {what: to for _, what, to in step.edges()}
        return ways.get(forced, step.to), "time", forced
    day = draft.at.astimezone(ZONE).date()
    usual = DayKind.OFF if day.weekday() >= 5 else DayKind.WORKING
    to = window_at(step, draft.at, draft.terms.days.get(day, usual))
    return to, "time", next((what for _, what, target in step.edges() if target == to), "else")


def _speak(draft: Draft, call: Call, step: Step, first: tuple[str, ...] = ()) -> None:
    """Say the step's words; should nothing be heard of their end, they count as said after a while."""
    walk = call.walk
    assert walk is not None
    lasts = step.speaks_for + 4 * len(first)
    due = draft.at + (lasts + SIGNS_PER_SECOND) * SECOND
    walk = replace(walk, turn=walk.turn + 1, listens=False, due=due)
    draft.call(call, walk=walk)
    draft.say(Say(call.id, (*first, step.prompt), turn=walk.turn, patience=lasts + step.wait))
    draft.wake(due)


def said(draft: Draft, event: Said) -> None:
    """The words have been said: now the time runs, or it goes on. Late and repeated news change nothing."""
    call = draft.calls.get(event.call)
    if call is None or call.walk is None or call.walk.turn != event.turn or call.walk.listens:
        return
    _listen(draft, call, call.walk)


def _listen(draft: Draft, call: Call, walk: Walk) -> None:
    step = walk.tree.steps[walk.step]
    if step.kind is StepKind.SAY:
        _go(draft, call, step.to, "next", "")
        return
    due = draft.at + step.wait * SECOND
    draft.call(call, walk=replace(walk, listens=True, due=due))
    draft.wake(due)


def pressed(draft: Draft, call: Call, event: KeyPressed) -> None:
    """A key, at any time of a step that asks for one."""
    walk = call.walk
    assert walk is not None
    step = walk.tree.steps[walk.step]
    if step.kind is not StepKind.KEYS:
        return
    to = step.chosen(event.key)
    if to is not None:
        _go(draft, call, to, "key", event.key)
    elif walk.wrong >= step.wrong_repeats:
        _go(draft, call, step.wrong_to, "wrong", event.key)
    else:
        changed = draft.call(call, walk=replace(walk, wrong=walk.wrong + 1))
        _speak(draft, changed, step, ("menu-wrong",))


def tick(draft: Draft) -> None:
    """Who has pressed nothing hears it again, then is led on."""
    for call in [call for call in draft.calls.values() if call.walk is not None]:
        walk = call.walk
        assert walk is not None
        if walk.due is None or draft.at < walk.due:
            continue
        step = walk.tree.steps[walk.step]
        if not walk.listens:
            _listen(draft, call, walk)
        elif walk.silent >= step.silent_repeats:
            _go(draft, call, step.silent_to, "silent", "")
        else:
            _speak(draft, draft.call(call, walk=replace(walk, silent=walk.silent + 1)), step)


def left(draft: Draft, call: Call) -> None:
    """The caller hung up in the menu."""
    _leave(draft, call, "caller")
    calls.end_without_talk(draft, draft.calls[call.id], Left.TEST if call.test else Left.MENU)


def _leave(draft: Draft, call: Call, how: str) -> None:
    walk = call.walk
    assert walk is not None
    draft.note(Fact.MENU_LEFT, call=call.id, menu=walk.menu, step=walk.step, how=how)
    draft.call(call, walk=None)


def _end(draft: Draft, call: Call, step: Step, first: tuple[str, ...]) -> None:
    if step.kind is StepKind.END:
        _leave(draft, call, "end")
        words = (*first, step.prompt) if step.prompt else (*first, "goodbye")
        calls.end_without_talk(draft, draft.calls[call.id], Left.TEST if call.test else Left.MENU, words)
    elif step.kind is StepKind.CALLBACK and call.number and not call.test:
        _leave(draft, call, "callback")
        calls.keep_place(draft, _in_line(draft, call, step.queue or call.queue))
    else:
        _to_queue(draft, call, step.queue or call.queue, first)


def _to_queue(draft: Draft, call: Call, queue: int, first: tuple[str, ...]) -> None:
    _leave(draft, call, "queue")
    calls.join(draft, _in_line(draft, call, queue), (*first, "recorded"))


def _in_line(draft: Draft, call: Call, queue: int) -> Call:
    """The wait begins when the menu is over, and so does the place in the line."""
    call = draft.call(draft.calls[call.id], queue=queue, came=draft.at, entered=draft.at, waiting_since=draft.at)
    draft.note(Fact.QUEUE_ENTERED, call=call.id, queue=queue)
    return call

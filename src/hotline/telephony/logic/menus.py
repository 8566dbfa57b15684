"""A menu that callers walk by keys: steps as data, how one is read and written, what must not be wrong in it. Pure.

A tree is kept as JSON: {"start": key, "steps": {key: {...}}}. Steps name each other by key; two may lead to the same
one, so that "back to the beginning" is a key like any other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from hashlib import sha256
from typing import Any

from hotline.kernel.words import gettext_noop
from hotline.kernel.workclock import ZONE, DayKind

DIGITS = "1234567890*#"
MOST_STEPS = 60
MOST_BRANCHES = 200
TEXT_MOST = 120  # signs of one announcement: about half a minute of speech
WAIT_MOST, REPEATS_MOST, TIMES_MOST = 30, 5, 6
SIGNS_PER_SECOND = 3  # of spoken Chinese, on the slow side


class StepKind(StrEnum):
    """What a step does with the caller."""

    KEYS = "keys"
    SAY = "say"
    TIMES = "times"
    QUEUE = "queue"
    CALLBACK = "callback"
    END = "end"


STEP_LABELS = {
    StepKind.KEYS: gettext_noop("Keys: an announcement, then the caller presses a key"),
    StepKind.SAY: gettext_noop("Announcement, then on to another step"),
    StepKind.TIMES: gettext_noop("By day and hour"),
    StepKind.QUEUE: gettext_noop("To a queue"),
    StepKind.CALLBACK: gettext_noop("Call-back: keeps the place and hangs up"),
    StepKind.END: gettext_noop("End of the call"),
}
ENDS = frozenset({StepKind.QUEUE, StepKind.CALLBACK, StepKind.END})


class Days(StrEnum):
    """On which days a branch by time is open."""

    ANY = "any"
    WORKING = "working"
    RESTING = "resting"
    HOLIDAY = "holiday"


DAYS_LABELS = {
    Days.ANY: gettext_noop("Every day"),
    Days.WORKING: gettext_noop("Working days (make-up days included)"),
    Days.RESTING: gettext_noop("Days of rest and public holidays"),
    Days.HOLIDAY: gettext_noop("Public holidays"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """Days and hours, and where they lead; without hours the whole day, hours over midnight are understood."""

    days: Days
    to: str
    opens: time | None = None
    closes: time | None = None

    def holds(self, at: datetime, kind: DayKind) -> bool:
        """Whether the moment lies within it; `kind` is that of the day of the moment."""
        fits = {
            Days.ANY: True,
            Days.WORKING: kind.works,
            Days.RESTING: not kind.works,
            Days.HOLIDAY: kind is DayKind.HOLIDAY,
        }[self.days]
        if not fits or self.opens is None or self.closes is None or self.opens == self.closes:
            return fits
        now = at.astimezone(ZONE).time()
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes


@dataclass(frozen=True, slots=True)
class Step:
    """One step; which fields count depends on its kind."""

    key: str
    kind: StepKind
    name: str
    text: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # KEYS: digit -> step, in the order of DIGITS
    wait: int = 5  # KEYS: seconds after the announcement
    silent_repeats: int = 2  # KEYS: how often the announcement is repeated for who presses nothing
    silent_to: str = ""
    wrong_repeats: int = 2  # KEYS: the same for who presses a key that leads nowhere
    wrong_to: str = ""
    to: str = ""  # SAY: the next step; TIMES: where no window is open
    windows: tuple[Window, ...] = ()  # TIMES: the first that is open counts
    queue: int | None = None  # QUEUE, CALLBACK

    def edges(self) -> list[tuple[str, str, str]]:
        """Every way out of it: (how, with what, to which step)."""
        if self.kind is StepKind.KEYS:
            ways = [("key", digit, to) for digit, to in self.choices]
            ways.append(("silent", "", self.silent_to))
            if len(self.choices) < len(DIGITS):
                ways.append(("wrong", "", self.wrong_to))
            return ways
        if self.kind is StepKind.SAY:
            return [("next", "", self.to)]
        if self.kind is StepKind.TIMES:
            return [("time", str(n), window.to) for n, window in enumerate(self.windows)] + [("time", "else", self.to)]
        return []

    def edges_without_caller(self) -> list[str]:
        """Where a caller who does nothing, or only presses wrong keys, may come."""
        return [to for how, _, to in self.edges() if how != "key"]

    def chosen(self, digit: str) -> str | None:
        """Where a key leads, or None."""
        return dict(self.choices).get(digit)

    @property
    def prompt(self) -> str:
        """The name of its announcement's sound, made from its words; empty without any."""
        return prompt_of(self.text)

    @property
    def speaks_for(self) -> int:
        """Seconds that the announcement lasts at most."""
        return 3 + len(self.text) // SIGNS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole menu."""

    start: str
    steps: Mapping[str, Step] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """Every announcement by the name of its sound."""
        return {step.prompt: step.text for step in self.steps.values() if step.text}


def prompt_of(text: str) -> str:
    """The name of the sound of an announcement: the same words are spoken once."""
    words = text.strip()
    return f"menu-{sha256(words.encode()).hexdigest()[:16]}" if words else ""


# ---------------------------------------------------------------- as data


def read(data: Mapping[str, Any]) -> Tree:
    """From JSON; ValueError for what is no tree at all. Whether it is a good one `problems` says."""
    try:
        steps = {str(key): _step(str(key), one) for key, one in dict(data["steps"]).items()}
        return Tree(str(data["start"]), steps)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a menu: {error}") from None


def _step(key: str, one: Mapping[str, Any]) -> Step:
    choices = {str(digit): str(to) for digit, to in dict(one.get("choices", {})).items()}
    return Step(
        key=key,
        kind=StepKind(one["kind"]),
        name=str(one.get("name", "")),
        text=str(one.get("text", "")),
        choices=tuple((digit, choices[digit]) for digit in DIGITS if choices.get(digit)),
        wait=int(one.get("wait", 5)),
        silent_repeats=int(one.get("silent_repeats", 2)),
        silent_to=str(one.get("silent_to", "")),
        wrong_repeats=int(one.get("wrong_repeats", 2)),
        wrong_to=str(one.get("wrong_to", "")),
        to=str(one.get("to", "")),
        windows=tuple(_window(window) for window in one.get("windows", ())),
        queue=int(one["queue"]) if one.get("queue") else None,
    )


def _window(one: Mapping[str, Any]) -> Window:
    opens, closes = (time.fromisoformat(one[name]) if one.get(name) else None for name in ("opens", "closes"))
    return Window(Days(one["days"]), str(one.get("to", "")), opens, closes)


def written(tree: Tree) -> dict[str, Any]:
    """As JSON, without what does not count for a step's kind."""
    return {"start": tree.start, "steps": {key: _plain(step) for key, step in tree.steps.items()}}


def _plain(step: Step) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": step.kind.value, "name": step.name}
    if step.kind in {StepKind.KEYS, StepKind.SAY, StepKind.END}:
        said["text"] = step.text
    if step.kind is StepKind.KEYS:
        said |= {
            "choices": dict(step.choices), "wait": step.wait, "silent_repeats": step.silent_repeats,
            "silent_to": step.silent_to, "wrong_repeats": step.wrong_repeats, "wrong_to": step.wrong_to,
        }  # fmt: skip
    if step.kind in {StepKind.SAY, StepKind.TIMES}:
        said["to"] = step.to
    if step.kind is StepKind.TIMES:
        said["windows"] = [
            {
                "days": one.days.value, "to": one.to, "opens": one.opens.isoformat("minutes") if one.opens else "",
                "closes": one.closes.isoformat("minutes") if one.closes else "",
            } for one in step.windows
        ]  # fmt: skip
    if step.kind in {StepKind.QUEUE, StepKind.CALLBACK}:
        said["queue"] = step.queue
    return said


# ---------------------------------------------------------------- what must not be wrong


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a menu from being published: at which step, and what (an English msgid)."""

    step: str
    note: str
    params: Mapping[str, object] = field(default_factory=dict)


def problems(tree: Tree, queues: Iterable[int]) -> list[Problem]:
    """Everything that is wrong; `queues` are those in use. Nothing: the menu may be published."""
    if tree.start not in tree.steps:
        return [Problem("", gettext_noop("The menu has no first step."))]
    found: list[Problem] = []
    if len(tree.steps) > MOST_STEPS:
        found.append(Problem("", gettext_noop("A menu has at most {n} steps."), {"n": MOST_STEPS}))
    known = set(queues)
    for step in tree.steps.values():
        found += _of_step(tree, step, known)
    if any(to not in tree.steps for step in tree.steps.values() for _, _, to in step.edges()):
        return found  # the rest asks where ways lead
    return found + _of_ways(tree)


def _of_step(tree: Tree, step: Step, queues: set[int]) -> list[Problem]:
    found = []
    if step.kind in {StepKind.KEYS, StepKind.SAY} and not step.text.strip():
        found.append(Problem(step.key, gettext_noop("It says nothing: write the announcement.")))
    if len(step.text) > TEXT_MOST:
        found.append(Problem(step.key, gettext_noop("The announcement has more than {n} signs."), {"n": TEXT_MOST}))
    if step.kind is StepKind.KEYS:
        if not step.choices:
            found.append(Problem(step.key, gettext_noop("No key leads anywhere.")))
        if not 1 <= step.wait <= WAIT_MOST:
            found.append(Problem(step.key, gettext_noop("The wait must be 1 to {n} s."), {"n": WAIT_MOST}))
        if not all(0 <= times <= REPEATS_MOST for times in (step.silent_repeats, step.wrong_repeats)):
            found.append(Problem(step.key, gettext_noop("At most {n} repeats."), {"n": REPEATS_MOST}))
    if step.kind is StepKind.TIMES and not step.windows:
        found.append(Problem(step.key, gettext_noop("No hours are given.")))
    if any((one.opens is None) != (one.closes is None) for one in step.windows):
        found.append(Problem(step.key, gettext_noop("Hours need a beginning and an end, or neither.")))
    if step.kind in {StepKind.QUEUE, StepKind.CALLBACK} and step.queue not in queues:
        found.append(Problem(step.key, gettext_noop("Choose a queue that is in use.")))
    missing = {_WAYS[how] for how, _, to in step.edges() if to not in tree.steps}
    return found + [Problem(step.key, note) for note in sorted(missing)]


_WAYS = {
    "key": gettext_noop("A key leads to a step that does not exist."),
    "silent": gettext_noop("Choose where the call goes when nothing is pressed."),
    "wrong": gettext_noop("Choose where the call goes after wrong keys."),
    "next": gettext_noop("Choose the next step."),
    "time": gettext_noop("Choose where the call goes at each time, and otherwise."),
}


def _of_ways(tree: Tree) -> list[Problem]:
    """No step out of reach, none from which no end can be reached, no circle that needs no caller."""
    found = []
    reached = _reached(tree, tree.start)
    for key in tree.steps:
        if key not in reached:
            found.append(Problem(key, gettext_noop("No way leads to this step.")))
        elif not any(tree.steps[other].kind in ENDS for other in _reached(tree, key)):
            found.append(Problem(key, gettext_noop("From here no call ever ends.")))
        elif _circles(tree, key):
            found.append(
                Problem(key, gettext_noop("A caller who presses nothing would go round in a circle from here."))
            )
    if not found and len(branches(tree)) > MOST_BRANCHES:
        found.append(Problem("", gettext_noop("The menu has more than {n} ways through it."), {"n": MOST_BRANCHES}))
    return found


def _reached(tree: Tree, start: str) -> set[str]:
    seen, ahead = {start}, [start]
    while ahead:
        for _, _, to in tree.steps[ahead.pop()].edges():
            if to not in seen:
                seen.add(to)
                ahead.append(to)
    return seen


def _circles(tree: Tree, key: str) -> bool:
    """Whether a step is met again when the caller does nothing that leads anywhere."""
    seen: set[str] = set()
    ahead = list(tree.steps[key].edges_without_caller())
    while ahead:
        step = ahead.pop()
        if step == key:
            return True
        if step not in seen:
            seen.add(step)
            ahead += tree.steps[step].edges_without_caller()
    return False


# ---------------------------------------------------------------- every branch


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through the menu: at which step what is done, and where it ends.

    `returns` when the last move leads back to a step that was met: the way ends there.
    """

    moves: tuple[tuple[str, str, str], ...]  # (step, how, with what)
    end: str
    returns: bool = False


def branches(tree: Tree) -> list[Branch]:
    """Every way, the keys in their order; each edge of the tree is in at least one (A7.2)."""
    found: list[Branch] = []

    def walk(key: str, moves: tuple[tuple[str, str, str], ...]) -> None:
        if len(found) > MOST_BRANCHES:
            return
        met = {step for step, _, _ in moves}
        step = tree.steps[key]
        if key in met or step.kind in ENDS:
            found.append(Branch(moves, key, key in met))
            return
        for how, what, to in step.edges():
            walk(to, (*moves, (key, how, what)))

    walk(tree.start, ())
    return found


def window_at(step: Step, at: datetime, kind: DayKind) -> str:
    """Where a branch by time leads at a moment."""
    return next((one.to for one in step.windows if one.holds(at, kind)), step.to)

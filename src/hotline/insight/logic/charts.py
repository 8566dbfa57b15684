"""Stacked columns as shapes: whole numbers only, so that the page can write them as attributes of an SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 12, 26
LINES = 4


@dataclass(frozen=True, slots=True)
class Box:
    """One part of a column."""

    x: int
    y: int
    width: int
    height: int
    series: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale, or the label below a column."""

    at: int
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn."""

    boxes: tuple[Box, ...]
    lines: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    series: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def nice(most: int) -> int:
    """The top of a scale of four equal steps of a readable size that holds `most`."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * LINES >= most:
                return step * factor * LINES
        step *= 10


def stacked(columns: Sequence[tuple[str, Mapping[str, int]]], series: Sequence[str], names: Mapping[str, str]) -> Chart:
    """Columns of parts; what each part is stands in its title for whoever points at it."""
    top = nice(max((sum(parts.values()) for _label, parts in columns), default=1) or 1)
    room = HEIGHT - TOP - BOTTOM
    slot = (WIDTH - LEFT - RIGHT) // max(len(columns), 1)
    boxes = []
    for number, (label, parts) in enumerate(columns):
        x = LEFT + number * slot + slot // 6
        below = 0
        for name in series:
            value = parts.get(name, 0)
            low, high = below * room // top, (below + value) * room // top
            if high > low:
                y = HEIGHT - BOTTOM - high
                title = f"{label} {names.get(name, name)}: {value:,}"
                boxes.append(Box(x, y, slot - slot // 3, high - low, name, title))
            below += value
    lines = [Tick(HEIGHT - BOTTOM - line * room // LINES, f"{top * line // LINES:,}") for line in range(LINES + 1)]
    labels = [Tick(LEFT + number * slot + slot // 2, label) for number, (label, _parts) in enumerate(columns)]
    used = tuple(name for name in series if any(parts.get(name) for _label, parts in columns))
    return Chart(tuple(boxes), tuple(lines), tuple(labels), used)


def change(now: int, then: int) -> str:
    """How much more or less, in percent, rounded half away from nothing; empty when there is nothing to compare."""
    if not then:
        return ""
    tenths = (2000 * abs(now - then) + then) // (2 * then)
    sign = "+" if now > then else "−" if now < then else "±"
    return f"{sign}{tenths // 10}.{tenths % 10}%"

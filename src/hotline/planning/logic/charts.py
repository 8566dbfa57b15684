"""A day of half hours, or a row of days, as shapes: whole numbers only, so that a page can write them into an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 960, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 12, 26
LINES = 4
MOST_LABELS = 16
STEPS: tuple[int, ...] = (1, 2, 5, *(factor * 10**power for power in range(7) for factor in (10, 20, 25, 50)))


@dataclass(frozen=True, slots=True)
class Bars:
    """Columns; a value of None draws nothing."""

    key: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of steps, or a smooth one."""

    key: str
    values: Sequence[float | None]
    steps: bool = True


@dataclass(frozen=True, slots=True)
class Band:
    """The range between two values."""

    key: str
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True, slots=True)
class Box:
    """A column."""

    x: int
    y: int
    width: int
    height: int
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale, or a word below."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn."""

    boxes: tuple[Box, ...]
    paths: tuple[tuple[str, str], ...]  # key, path
    areas: tuple[tuple[str, str], ...]
    lines: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    now: int | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def nice(most: float) -> int:
    """The top of a scale of four equal steps of a readable size that holds `most`."""
    for step in STEPS:
        if step * LINES >= most:
            return step * LINES
    return -(-int(most) // LINES) * LINES


class Canvas:
    """Puts columns, lines and bands over the same words."""

    def __init__(self, words: Sequence[str], most: float) -> None:
        self.words, self.top = words, nice(max(most, 1))
        self.slot = (WIDTH - LEFT - RIGHT) / max(len(words), 1)

    def x(self, index: float) -> int:
        """Where a column begins."""
        return round(LEFT + index * self.slot)

    def y(self, value: float) -> int:
        """How high a value stands."""
        return round(HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM) / self.top)

    def boxes(self, bars: Bars) -> list[Box]:
        """The columns of one kind."""
        found = []
        for index, value in enumerate(bars.values):
            if value:
                y = self.y(value)
                x, width = self.x(index + 0.12), max(self.x(index + 0.88) - self.x(index + 0.12), 1)
                found.append(Box(x, y, width, HEIGHT - BOTTOM - y, bars.key, f"{self.words[index]}: {value:g}"))
        return found

    def path(self, line: Line) -> str:
        """A line through the known values; it breaks where nothing is known."""
        parts, is_down = [], False
        for index, value in enumerate(line.values):
            if value is None:
                is_down = False
                continue
            y = self.y(value)
            if line.steps:
                parts.append(f"{'L' if is_down else 'M'}{self.x(index)} {y}H{self.x(index + 1)}")
            else:
                parts.append(f"{'L' if is_down else 'M'}{self.x(index + 0.5)} {y}")
            is_down = True
        return "".join(parts)

    def area(self, band: Band) -> str:
        """The outline of a band."""
        over = [f"{self.x(index + 0.5)} {self.y(value)}" for index, value in enumerate(band.high)]
        under = [f"{self.x(index + 0.5)} {self.y(value)}" for index, value in enumerate(band.low)]
        return "M" + "L".join([*over, *under[::-1]]) + "Z" if over else ""

    def labels(self) -> tuple[Tick, ...]:
        """Words below, not so many that they run into each other."""
        every = max(-(-len(self.words) // MOST_LABELS), 1)
        return tuple(Tick(self.x(index + 0.5), word) for index, word in enumerate(self.words) if index % every == 0)


def draw(
    words: Sequence[str],
    *,
    bars: Sequence[Bars] = (),
    lines: Sequence[Line] = (),
    bands: Sequence[Band] = (),
    now: float | None = None,
) -> Chart:
    """One chart; `now` is a place between the columns."""
    listed = [one.values for one in bars] + [one.values for one in lines]
    values = [value for one in listed for value in one if value is not None]
    values += [value for band in bands for value in band.high]
    canvas = Canvas(words, max(values, default=1))
    scale = [Tick(canvas.y(canvas.top * line / LINES), f"{canvas.top * line // LINES:,}") for line in range(LINES + 1)]
    return Chart(
        boxes=tuple(box for one in bars for box in canvas.boxes(one)),
        paths=tuple((line.key, canvas.path(line)) for line in lines),
        areas=tuple((band.key, canvas.area(band)) for band in bands),
        lines=tuple(scale),
        labels=canvas.labels(),
        now=canvas.x(now) if now is not None else None,
    )

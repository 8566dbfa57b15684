"""Half-open spans of time: a moment belongs to the span it begins, never to the one it ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From start (included) to end (not included), both aware; kept in UTC so that differences are exact."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a span needs aware datetimes")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end < self.start:
            raise ValueError(f"a span cannot end before it starts: {self.start} to {self.end}")

    @property
    def length(self) -> timedelta:
        """How long it lasts, exact to the microsecond."""
        return self.end - self.start

    def holds(self, moment: datetime) -> bool:
        """Whether the moment lies in the span; its end does not."""
        return self.start <= moment < self.end


def union(*groups: Iterable[Span]) -> tuple[Span, ...]:
    """The same moments as sorted spans that neither overlap nor touch; empty spans vanish."""
    merged: list[Span] = []
    for span in sorted(span for group in groups for span in group if span.start < span.end):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def intersect(these: Iterable[Span], those: Iterable[Span]) -> tuple[Span, ...]:
    """The moments that lie in both groups."""
    left, right = union(these), union(those)
    found: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start, right[j].start), min(left[i].end, right[j].end)
        if start < end:
            found.append(Span(start, end))
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return tuple(found)


def subtract(these: Iterable[Span], those: Iterable[Span]) -> tuple[Span, ...]:
    """The moments of the first group that do not lie in the second."""
    away = union(those)
    return tuple(rest for span in union(these) for rest in _without(span, away))


def _without(span: Span, away: Sequence[Span]) -> list[Span]:
    rest: list[Span] = []
    at = span.start
    for gap in away:
        if gap.end <= at or gap.start >= span.end:
            continue
        if at < gap.start:
            rest.append(Span(at, gap.start))
        at = max(at, gap.end)
    if at < span.end:
        rest.append(Span(at, span.end))
    return rest


def total(spans: Iterable[Span]) -> timedelta:
    """The time covered, each moment counted once, exact to the microsecond."""
    return sum((span.length for span in union(spans)), timedelta())

"""The five-minute rule for everybody's month at once: what `charged` of the rulebook says of one holding, of millions.

Time at work is counted as a clock that stands still outside shifts and in breaks; a holding is charged what that clock
moves from its beginning to its end. Whole microseconds, so nothing is rounded.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from hotline.kernel.spans import Span

Column = NDArray[np.int64]
TICK = timedelta(microseconds=1)


def charge(person: Column, start: Column, end: Column, work: Mapping[int, Iterable[Span]], epoch: datetime) -> Column:
    """Microseconds of each holding that lie in its holder's time at work.

    `start` and `end` are microseconds since `epoch`, the end never before the start. `work` holds the time at work of
    every person among the holders: shifts without breaks and absences, sorted and apart, as `spans.subtract` leaves
    them. Waived holdings are not to be among these: they go by the rule itself.
    """
    if not len(start):
        return np.zeros(0, dtype=np.int64)
    people = np.array(sorted(work), dtype=np.int64)
    first = int(start.min())
    width = int(end.max()) - first + 1  # each person has a stretch of one long line to himself
    begins, ends, before = _clock(people, work, first, width, epoch)
    offset = np.searchsorted(people, person) * width - first

    def worked(moment: Column) -> Column:
        place = np.searchsorted(begins, moment, side="right") - 1
        passed: Column = before[place] + np.minimum(moment, ends[place]) - begins[place]
        return passed

    passed: Column = worked(end + offset) - worked(start + offset)
    return passed


def _clock(
    people: Column, work: Mapping[int, Iterable[Span]], first: int, width: int, epoch: datetime
) -> tuple[Column, Column, Column]:
    """Where each stretch of work begins and ends on the long line, and how much work lies before it."""
    begins, ends = [-1], [-1]  # before everything, so that every moment has a stretch that began
    for place, key in enumerate(people.tolist()):
        for span in work[key]:
            since = max((span.start - epoch) // TICK - first, 0)
            until = min((span.end - epoch) // TICK - first, width - 1)
            if since < until:
                begins.append(place * width + since)
                ends.append(place * width + until)
    starts, stops = np.array(begins, dtype=np.int64), np.array(ends, dtype=np.int64)
    before = np.concatenate(([0], np.cumsum(stops - starts)[:-1]))
    return starts, stops, before

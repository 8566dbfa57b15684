"""When many reports look like one happening: so many of a sub-class, so near, within so short a time. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hotline.cases.logic.near import metres_between
from hotline.kernel.rules import Dated

Place = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Terms:
    """What makes reports an incident to be looked at."""

    reports: int
    radius_m: int
    within: timedelta


TERMS: Dated[Terms] = Dated({date(2020, 1, 1): Terms(reports=5, radius_m=800, within=timedelta(hours=1))})


@dataclass(frozen=True, slots=True)
class Seen:
    """A report as it is looked at."""

    case: int
    category: int
    point: Place


@dataclass(frozen=True, slots=True)
class Cluster:
    """Reports of a sub-class around one of them."""

    category: int
    point: Place
    cases: tuple[int, ...]


def clusters(reports: Iterable[Seen], terms: Terms) -> list[Cluster]:
    """Groups of reports that may be one incident, the largest first; no report stands in two of them."""
    by_category: dict[int, list[Seen]] = defaultdict(list)
    for report in reports:
        by_category[report.category].append(report)
    found: list[Cluster] = []
    for rows in by_category.values():
        left = rows
        while len(left) >= terms.reports:
            best = max((_around(one, left, terms.radius_m) for one in left), key=lambda group: len(group.cases))
            if len(best.cases) < terms.reports:
                break
            found.append(best)
            taken = set(best.cases)
            left = [one for one in left if one.case not in taken]
    return sorted(found, key=lambda group: (-len(group.cases), group.cases))


def _around(middle: Seen, rows: Iterable[Seen], radius_m: int) -> Cluster:
    near = (row.case for row in rows if metres_between(middle.point, row.point) <= radius_m)
    return Cluster(middle.category, middle.point, tuple(sorted(near)))

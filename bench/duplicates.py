"""Offers of duplicates on real reports, measured against what their departments wrote; and what an offer costs.

The file of city reports says of some rows that they were a duplicate: in the departments' own words, without naming
the other report, and only where that department says such things at all. So precision here is a floor: an offer for a
report that was answered in other words counts as wrong, though both may well have been the same matter. Recall is the
share of the rows so answered for which something earlier was offered; the file is one afternoon, and what its first
reports repeat came before it.
"""

import csv
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from bench import fill, house
from hotline.cases.logic import duplicates
from hotline.cases.logic.duplicates import Place, Report
from hotline.cases.logic.nyc311 import MOMENT, ZONE, ReportRow, read_nyc311
from hotline.cases.models import Case, Category
from hotline.cases.queries import duplicates as queries
from hotline.core import clock
from hotline.people.models import Person, Position

FILE = Path(__file__).parents[2] / "shared" / "data" / "nyc311" / "nyc311_2023-02-28_1131-2345.csv"
SAID = re.compile(
    r"is a duplicate of a|service request already exists for the same location|previously reported by another customer",
    re.IGNORECASE,
)
# What the description of the data says: so near to and so soon after an earlier report of the same type.
KNOWN = {(25, 1): 758, (50, 3): 947, (100, 6): 1131}
EQUATOR_M = 6_378_137  # the earth of those counts: one pair lies 3 cm this side of 25 m on a slightly smaller one
LIMIT = 0.050
RADII = (25, 50, 100, 250)
LONGEST = timedelta(hours=max(hours for _metres, hours in KNOWN))


@dataclass(frozen=True, slots=True)
class Row:
    """A report of the file."""

    report: Report
    said: bool


def rows() -> list[Row]:
    """Every row that can become a case, in the order of arrival; a type of complaint is a sub-class."""
    kinds: dict[str, int] = {}
    found = [answer for answer in read_nyc311(FILE.read_bytes()) if isinstance(answer, ReportRow)]
    return [Row(_report(row, kinds), bool(SAID.search(row.resolution))) for row in _in_order(found)]


def _in_order(found: Iterable[ReportRow]) -> list[ReportRow]:
    return sorted(found, key=lambda row: (row.arrived_at, row.line))


def _report(row: ReportRow, kinds: dict[str, int]) -> Report:
    kind = kinds.setdefault(row.complaint, len(kinds) + 1)
    point = (row.latitude, row.longitude) if row.latitude is not None and row.longitude is not None else None
    return Report(kind, point, row.place, None, row.arrived_at, row.closed_at)


def _apart(here: Place, there: Place) -> float:
    lat1, lat2 = radians(here[0]), radians(there[0])
    half_up, half_aside = (lat2 - lat1) / 2, radians(there[1] - here[1]) / 2
    return 2 * EQUATOR_M * asin(sqrt(sin(half_up) ** 2 + cos(lat1) * cos(lat2) * sin(half_aside) ** 2))


def near_pairs() -> dict[tuple[int, int], int]:
    """How many rows of the file as it stands follow an earlier one of the same type so near and so soon."""
    with FILE.open(encoding="utf-8", newline="") as file:
        placed = [line for line in csv.DictReader(file) if line["Latitude"] and line["Longitude"]]
    moments = [datetime.strptime(line["Created Date"], MOMENT).replace(tzinfo=ZONE) for line in placed]
    counts = dict.fromkeys(KNOWN, 0)
    before: dict[str, list[tuple[datetime, Place]]] = defaultdict(list)
    for at, line in sorted(zip(moments, placed, strict=True), key=lambda row: row[0]):
        point = Decimal(line["Latitude"]), Decimal(line["Longitude"])
        same = before[line["Complaint Type"]]
        recent = [(_apart(point, there), at - then) for then, there in same if at - then <= LONGEST]
        for metres, hours in KNOWN:
            counts[metres, hours] += any(far <= metres and late <= timedelta(hours=hours) for far, late in recent)
        same.append((at, point))
    return counts


@dataclass(slots=True)
class Score:
    """What the offers of one setting came to."""

    offered: int = 0
    right: int = 0
    said: int = 0
    seconds: float = 0.0

    @property
    def precision(self) -> float:
        """Of the rows with an offer, those that their department called a duplicate."""
        return self.right / self.offered if self.offered else 0

    @property
    def recall(self) -> float:
        """Of the rows that their department called a duplicate, those with an offer."""
        return self.right / self.said if self.said else 0


def judge(found: Sequence[Row]) -> dict[tuple[int, bool], Score]:
    """Offer for each row what came before it, as the desk does; open is what the file has not closed by then.

    By radius, and whether only clear offers count. The nearest come first, so that those of a smaller radius are among
    those of the largest.
    """
    scores = {(radius, clear): Score() for radius in RADII for clear in (False, True)}
    before: dict[int | None, list[Report]] = defaultdict(list)
    for row in found:
        at = row.report.arrived_at
        earlier = [(report, report) for report in (_as_of(one, at) for one in before[row.report.category])]
        offers = [offer.key for offer in duplicates.offers(row.report, earlier, RADII[-1], at)]
        for (radius, clear), score in scores.items():
            likes = [like for one in offers if (like := duplicates.likeness(row.report, one, radius, at))]
            hit = any(like.is_clear for like in likes) if clear else bool(likes)
            score.offered += hit
            score.said += row.said
            score.right += hit and row.said
        before[row.report.category].append(row.report)
    return scores


def _as_of(report: Report, at: datetime) -> Report:
    """What was known then: a case that was closed later was still open."""
    later = report.ended_at is None or report.ended_at > at
    return Report(report.category, report.point, report.address, None, report.arrived_at) if later else report


def run(*, quick: bool = False) -> None:
    """The counts of the file, precision and recall, then the time of an offer over a million cases."""
    if FILE.exists():
        counts = near_pairs()
        for (metres, hours), count in counts.items():
            house.say(f"   same type within {metres:3} m and {hours} h of an earlier one: {count:5} rows")
        if counts != KNOWN:
            raise SystemExit(f"the description of the data says {KNOWN}")
        _quality(rows())
    else:
        house.say("   the file of reports is not there: only the time is measured")
    _time(quick=quick)


def _quality(found: Sequence[Row]) -> None:
    said = sum(row.said for row in found)
    house.say(f"   {said} of {len(found)} rows were answered as a duplicate of another report")
    house.say(f"   {'':24} offered  of these said  precision  recall")
    for (radius, clear), score in judge(found).items():
        name = f"{radius:3} m{', clear ones only' if clear else ''}"
        figures = f"{score.offered:7}  {score.right:13}  {score.precision:9.1%}  {score.recall:6.1%}"
        house.say(f"   {name:24} {figures}")


def _time(*, quick: bool) -> None:
    size, rounds = (20_000, 60) if quick else (1_000_000, 400)
    if not Case.objects.exists():
        fill.fill(fill.staff(), size)
    person = Person.objects.holding(Position.OPERATOR, on=clock.today()).order_by("pk")[0]
    categories = list(Category.objects.filter(small_name__startswith="S"))
    chance, at = random.Random(311), clock.now()  # noqa: S311 no secret
    places = list(Case.objects.order_by("-pk").values_list("place", flat=True)[:200])
    customers = list(Case.objects.order_by("-pk").values_list("customer", flat=True)[:200])
    seconds, offered = [], 0
    for turn in range(rounds + 10):
        point = (_degree(chance, 37_800_000), _degree(chance, 112_400_000))
        asked = {
            "category": chance.choice(categories),
            "point": point,
            "address": chance.choice(places),
            "customer_id": chance.choice(customers),
            "apart_from": None,
            "at": at,
        }
        made: list[object] = []
        took = house.spent(lambda asked=asked, made=made: made.extend(queries.similar(person, **asked)))
        if turn >= 10:  # ten to warm up
            seconds.append(took)
            offered += bool(made)
    p50, p95 = (1000 * house.percentile(seconds, share) for share in (0.50, 0.95))
    ratio = p95 / 1000 / LIMIT
    house.say(
        f"   an offer over {Case.objects.count():,} cases: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {offered} of {rounds}"
    )
    house.say(f"   p95 / limit of {1000 * LIMIT:.0f} ms: {ratio:.2f} {'MISSED' if ratio >= 1 else ''}")


def _degree(chance: random.Random, south: int) -> Decimal:
    """A place within the fifth of a degree in which the cases lie, in millionths."""
    return Decimal(south + chance.randrange(200_000)).scaleb(-6)

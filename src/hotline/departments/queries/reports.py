"""A department's month as one plain document: what a report shows, stores and is hashed over."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hotline.core import clock
from hotline.departments.logic import figures
from hotline.departments.logic.figures import Figure
from hotline.departments.logic.terms import met, within
from hotline.departments.models import Agreement, Report, ReportMail
from hotline.departments.queries import months, work
from hotline.departments.queries.months import Month
from hotline.people.models import Person, Unit

Plain = dict[str, Any]
TARGETS = ("target_accept", "target_hop", "target_phase", "target_rework")


def document(person: Person, department: Unit, month: Month, at: datetime) -> Plain:
    """Figures, those of the month before, the targets, the worst cases: plain values only."""
    now = months.figures_of(person, department, month, at)
    before = months.figures_of(person, department, month.before, at)
    last_day = min(clock.local_day(at), month.after.first - timedelta(days=1))
    agreement = work.general([department.pk], last_day).get(department.pk)
    return {
        "department": department.name,
        "month": month.key,
        "at": at.isoformat(),
        "received": _received(now),
        "received_before": _received(before),
        "figures": {one.measure.key: one.plain() for one in now},
        "before": {one.measure.key: one.plain() for one in before},
        "targets": _targets(agreement),
        "agreement": agreement.pk if agreement else None,
        "worst": [
            {
                "number": row.number,
                "what": row.what,
                "place": row.place,
                "due_at": row.due_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
                "late_seconds": row.late // timedelta(seconds=1),
                "is_exempt": row.is_exempt,
            }
            for row in months.worst(person, department, month, at)
        ],
    }


def _received(found: list[Figure]) -> int:
    return next(one.denominator for one in found if one.measure.key == "returned")


def _targets(agreement: Agreement | None) -> dict[str, int]:
    return {name: getattr(agreement, name) for name in TARGETS} if agreement else {}


def sha256(figures_: Mapping[str, Any]) -> str:
    """The hash over a document, whatever the order of its keys."""
    text = json.dumps(figures_, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of a report beside the month before and its target."""

    figure: Figure
    before: Figure
    target: int | None
    is_met: bool | None

    @property
    def key(self) -> str:
        """The measure's name in addresses."""
        return self.figure.measure.key


@dataclass(frozen=True, slots=True)
class WorstLine:
    """A late case as it was written down."""

    number: str
    what: str
    place: str
    due_at: datetime
    ended_at: datetime | None
    late: timedelta
    is_exempt: bool


@dataclass(frozen=True, slots=True)
class View:
    """A document as pages and workbooks show it."""

    month: Month
    at: datetime
    received: int
    received_before: int
    lines: list[Line]
    worst: list[WorstLine]


def view_of(plain: Plain) -> View:
    """Read a document back."""
    return View(
        month=Month(date.fromisoformat(f"{plain['month']}-01")),
        at=datetime.fromisoformat(plain["at"]),
        received=plain["received"],
        received_before=plain["received_before"],
        lines=[_line(measure, plain) for measure in figures.MEASURES if measure.key in plain["figures"]],
        worst=[_worst(row) for row in plain["worst"]],
    )


def _line(measure: figures.Measure, plain: Plain) -> Line:
    figure = figures.from_plain(measure, plain["figures"][measure.key])
    target = plain["targets"].get(measure.target) if measure.target else None
    judge = met if measure.good_is_high else within
    is_met = judge(figure.numerator, figure.denominator, target) if target is not None else None
    return Line(figure, figures.from_plain(measure, plain["before"][measure.key]), target, is_met)


def _worst(row: Mapping[str, Any]) -> WorstLine:
    return WorstLine(
        number=row["number"],
        what=row["what"],
        place=row["place"],
        due_at=datetime.fromisoformat(row["due_at"]),
        ended_at=datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
        late=timedelta(seconds=row["late_seconds"]),
        is_exempt=row["is_exempt"],
    )


def frozen(person: Person, department: Unit, month: Month) -> Report | None:
    """The report that was sent for a month."""
    rows = Report.objects.visible_to(person).filter(department=department, month=month.first)
    return rows.prefetch_related("mails").first()


def frozen_all(person: Person, department: Unit) -> list[Report]:
    """Every report of a department, the newest first."""
    return list(Report.objects.visible_to(person).filter(department=department).prefetch_related("mails")[:24])


PREFIX = "departments:report:"


def key_of(mail: ReportMail) -> str:
    """The key under which this round's mail is known."""
    return f"{PREFIX}{mail.pk}:{mail.rounds}"


def by_key(key: str) -> int:
    """The report's mail that a key names; 0 when it names none."""
    number = key.removeprefix(PREFIX).partition(":")[0]
    return int(number) if key.startswith(PREFIX) and number.isdigit() else 0

"""The facts of everybody's month, as `./run assess` takes them: the product and other systems reckon alike."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from hotline.appraisal.models import ExamResult, Incident, MatterKind, MatterStatus
from hotline.attendance.models import AttendanceFact, Source
from hotline.attendance.queries.pages import month_end
from hotline.cases.queries import charged
from hotline.core.clock import local_day, wall
from hotline.kernel.spans import Span, intersect, subtract, total
from hotline.people.models import Centre, Person, Position, Post
from hotline.quality.queries import figures
from hotline.rulebook.attendance import seconds

ONE_DAY = timedelta(days=1)
TELLS = Q(late_s__gt=0) | Q(early_s__gt=0) | Q(state="absent", source=Source.CORRECTED) | ~Q(facts__leave=[])
# Whose month is assessed, and what the rulebook calls them; the first one held counts.
ROLES = {
    Position.OPERATOR: "operator",
    Position.AGENT: "agent",
    Position.DISPATCHER: "dispatcher",
    Position.SHIFT_LEADER: "shift_leader",
    Position.TEAM_LEADER: "team_leader",
}


def digest(content: object) -> str:
    """A sum over plain values."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def people_of(centre: Centre, month: date) -> list[tuple[Person, str]]:
    """Who is assessed in a month, with his role."""
    days = DateRange(month, month_end(month), "[]")
    posts = Post.objects.filter(person__centre=centre, days__overlap=days, position__in=ROLES)
    held: dict[int, set[str]] = defaultdict(set)
    for person, position in posts.values_list("person", "position"):
        held[person].add(position)
    persons = Person.objects.filter(pk__in=held, is_system=False).order_by("number", "pk")
    return [(one, next(ROLES[key] for key in ROLES if key in held[one.pk])) for one in persons]


def facts_of(centre: Centre, month: date, only: Person | None = None) -> list[tuple[Person, dict[str, Any]]]:
    """Everybody's facts: plain values with the keys of the rows behind them, in an order of their own."""
    chosen = [(one, role) for one, role in people_of(centre, month) if only is None or one.pk == only.pk]
    keys = [one.pk for one, _role in chosen]
    shifts = _shifts(keys, month)
    judged = _accuracy(centre, month)
    exams = {row.person_id: row for row in ExamResult.objects.filter(person__in=keys, month=month)}
    incidents = _incidents(keys, month)
    held = _custody(keys, month)
    found = []
    for one, role in chosen:
        facts: dict[str, Any] = {"person": one.number, "role": role, "month": f"{month:%Y-%m}"}
        facts |= shifts.get(one.pk, {}) | held.get(one.pk, {}) | incidents.get(one.pk, {})
        if one.pk in judged:
            facts["accuracy"] = judged[one.pk]
        if one.pk in exams:
            facts["exam"] = _exam(exams[one.pk])
        found.append((one, facts))
    return found


def _exam(row: ExamResult) -> dict[str, str]:
    return {"absent": row.absent} if row.score is None else {"score": format(row.score.normalize(), "f")}


def _shifts(keys: Sequence[int], month: date) -> dict[int, dict[str, Any]]:
    """Lateness and early leave, absence that a person confirmed, leave by the shifts missed (reading 56)."""
    rows = AttendanceFact.objects.filter(person__in=keys, is_current=True, day__range=(month, month_end(month)))
    # most shifts say nothing that counts, and are not even fetched
    rows = rows.filter(TELLS).only("person_id", "late_s", "early_s", "state", "source", "facts")
    found: dict[int, dict[str, Any]] = defaultdict(lambda: {"attendance": [], "leave": []})
    for row in rows.order_by("person", "day", "pk"):
        mine, name = found[row.person_id], f"shift {row.pk}"
        if row.late_s:
            mine["attendance"].append({"kind": "late", "seconds": row.late_s, "evidence": name})
        if row.early_s:
            mine["attendance"].append({"kind": "early_leave", "seconds": row.early_s, "evidence": f"{name} end"})
        if row.state == "absent" and row.source == Source.CORRECTED:  # never without a second person (reading 19)
            mine["attendance"].append({"kind": "absent", "evidence": name})
        mine["leave"] += _leave(row)
    return {key: {name: part for name, part in mine.items() if part} for key, mine in found.items()}


def _leave(row: AttendanceFact) -> list[dict[str, str]]:
    """What of a shift was leave: a half, or the whole of it, by the part of its working time."""
    shift = Span(datetime.fromisoformat(row.facts["start"]), datetime.fromisoformat(row.facts["end"]))
    breaks = [Span(datetime.fromisoformat(one), datetime.fromisoformat(two)) for one, two in row.facts["breaks"]]
    work = subtract([shift], breaks)
    found = []
    for one in row.facts["leave"]:
        away = Span(datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"]))
        missed, whole = total(intersect(work, [away])), total(work)
        if not missed:
            continue
        days = "1" if 2 * missed > whole + timedelta(hours=1) else "0.5"
        found.append({"kind": one["kind"].replace("-", "_"), "days": days, "spell": f"absence {one['absence']}"})
    return found


def _custody(keys: Sequence[int], month: date) -> dict[int, dict[str, Any]]:
    """Charged time in hand (D3.7); cases with an accepted waiver are out of it altogether (reading 25)."""
    found: dict[int, dict[str, Any]] = {}
    for key, mine in charged.months(keys, wall(month), wall(month_end(month) + ONE_DAY)).items():
        found[key] = {"holdings": {"count": mine.count, "seconds": mine.seconds}}
        if mine.over:
            found[key]["over_limit"] = [{"case": case, "seconds": seconds(time)} for case, time in mine.over]
    return found


def _accuracy(centre: Centre, month: date) -> dict[int, dict[str, Any]]:
    """What reviews by others found; a figure that is too thin for pay is no fact (reading 29)."""
    found = {}
    for line in figures.team(centre.pk, month):
        figure = line.facts.figure
        if figure.rate is not None and figure.for_pay:
            wrong = line.facts.denominator - line.facts.numerator
            judged: dict[str, Any] = {"total": line.facts.denominator, "wrong": wrong}
            found[line.person.pk] = judged | ({"sample": True} if line.facts.is_sample else {})
    return found


def _incidents(keys: Sequence[int], month: date) -> dict[int, dict[str, Any]]:
    rows = Incident.objects.filter(person__in=keys, month=month, status=MatterStatus.CONFIRMED).order_by("day", "pk")
    found: dict[int, dict[str, Any]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        name = f"incident {row.pk}"
        if row.kind == MatterKind.CONDUCT:
            found[row.person_id]["conduct"].append({"points": row.points, "evidence": name})
        elif row.kind == MatterKind.REWARD:
            found[row.person_id]["rewards"].append({"points": row.points, "evidence": name})
        else:
            clause = "D6.1" if row.kind == MatterKind.MINOR else "D6.2"
            found[row.person_id]["breaches"].append({"clause": clause, "kind": row.evidence[:40], "evidence": name})
    return {key: dict(mine) for key, mine in found.items()}


def first_day(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def running(at: datetime) -> date:
    """The month that runs."""
    return first_day(local_day(at))

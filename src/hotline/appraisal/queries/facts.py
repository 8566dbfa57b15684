"""The facts of everybody's month, as `./run assess` takes them: the product and other systems reckon alike."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Q, QuerySet

from hotline.appraisal.models import ExamResult, Incident, MatterKind, MatterStatus
from hotline.appraisal.queries import years
from hotline.attendance.models import AttendanceFact, Source
from hotline.attendance.queries import records
from hotline.attendance.queries.pages import month_end
from hotline.cases.queries import charged
from hotline.core.clock import local_day, wall
from hotline.handbook.queries import InForce
from hotline.leave.queries import months
from hotline.people.models import Centre, Person, Position, Post
from hotline.quality.queries import figures
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries.duty import ALL_BOOKED
from hotline.rulebook.attendance import attendance_terms, kind_of, seconds
from hotline.rulebook.case_custody import custody_terms
from hotline.rulebook.leave import in_days
from hotline.rulebook.leave_effects import Taken
from hotline.rulebook.parameters.values import Values, own

ONE_DAY = timedelta(days=1)
MOST_WORDS = 40  # of a breach, as its line tells it
# Most shifts say nothing that counts, and are not even fetched.
TELLS = Q(late_s__gt=0) | Q(early_s__gt=0) | Q(state="absent", source=Source.CORRECTED)
# Whose month is assessed, and what the rulebook calls them; the first one held counts.
ROLES = {
    Position.OPERATOR: "operator",
    Position.AGENT: "agent",
    Position.DISPATCHER: "dispatcher",
    Position.SHIFT_LEADER: "shift_leader",
    Position.TEAM_LEADER: "team_leader",
    Position.CENTRE_SUPERVISOR: "centre_supervisor",  # scored for the year, without monthly money (reading 52)
}


def people_of(centre: Centre, month: date) -> list[tuple[Person, str]]:
    """Who is assessed in a month, with his role."""
    days = DateRange(month, month_end(month), "[]")
    posts = Post.objects.filter(person__centre=centre, days__overlap=days, position__in=ROLES)
    held: dict[int, set[str]] = defaultdict(set)
    for person, position in posts.values_list("person", "position"):
        held[person].add(position)
    persons = Person.objects.filter(pk__in=held, is_system=False).order_by("number", "pk")
    return [(one, next(ROLES[key] for key in ROLES if key in held[one.pk])) for one in persons]


def facts_of(
    centre: Centre, month: date, at: datetime, only: Person | None = None
) -> list[tuple[Person, dict[str, Any]]]:
    """Everybody's facts: plain values with the keys of the rows behind them, in an order of their own."""
    chosen = [(one, role) for one, role in people_of(centre, month) if only is None or one.pk == only.pk]
    keys = [one.pk for one, _role in chosen]
    values = InForce(centre.pk, known_on=local_day(at)).on(month)
    decided = own(values)
    shifts = _shifts(keys, month)
    leave = months.taken(keys, month, min(month_end(month), local_day(at)))
    year = years.of_people([one for one, _role in chosen], month, at, values)
    judged = _accuracy(centre, month)
    exams = {row.person_id: row for row in ExamResult.objects.filter(person__in=keys, month=month)}
    incidents = _incidents(keys, month)
    shares = _shares(chosen, month)
    held = _custody(keys, month, values)
    found = []
    for one, role in chosen:
        facts: dict[str, Any] = {"person": one.number, "role": role, "month": f"{month:%Y-%m}"}
        if decided:  # the values are facts too: assessed again, by whomever, they give the same
            facts["parameters"] = decided
        facts |= shifts.get(one.pk, {}) | held.get(one.pk, {}) | incidents.get(one.pk, {})
        if leave[one.pk]:
            facts["leave"] = [_leave(spell, month) for spell in leave[one.pk]]
        if one.pk in year:
            facts["year"] = year[one.pk]
        if one.pk in shares:
            facts["employed"] = shares[one.pk]
        if one.pk in judged:
            facts["accuracy"] = judged[one.pk]
        if one.pk in exams:
            facts["exam"] = _exam(exams[one.pk])
        found.append((one, facts))
    return found


def _shares(people: Sequence[tuple[Person, str]], month: date) -> dict[int, dict[str, int]]:
    """Who joined or left within the month: his shifts beside those of a colleague who was there all of it (reading 53).

    The colleague's is the middle one of his role; without any nothing is shared out.
    """
    last = month_end(month)
    part = {one.pk: role for one, role in people if _is_part(one, month, last)}
    if not part:
        return {}
    rows = RosterEntry.objects.filter(person__in=[one.pk for one, _role in people], day__range=(month, last)).order_by()
    shifts = dict(rows.values_list("person").annotate(n=Count("pk")))
    whole: dict[str, list[int]] = defaultdict(list)
    for one, role in people:
        if one.pk not in part and shifts.get(one.pk):
            whole[role].append(shifts[one.pk])
    return {
        key: {"shifts": min(shifts[key], most), "of": most}
        for key, role in part.items()
        if shifts.get(key) and whole[role] and (most := median_low(whole[role]))
    }


def _is_part(person: Person, month: date, last: date) -> bool:
    joined, left = person.joined_on, person.left_on
    return (joined is not None and month < joined <= last) or (left is not None and month <= left < last)


def _exam(row: ExamResult) -> dict[str, str]:
    return {"absent": row.absent} if row.score is None else {"score": format(row.score.normalize(), "f")}


def _shifts(keys: Sequence[int], month: date) -> dict[int, dict[str, Any]]:
    """Lateness and early leave, and absence that a person confirmed."""
    found: dict[int, dict[str, Any]] = defaultdict(lambda: {"attendance": []})
    for row in judged_shifts(keys, month).filter(TELLS):
        found[row.person_id]["attendance"] += shift_facts(row, row.late_s, row.early_s)
    return {key: {name: part for name, part in mine.items() if part} for key, mine in found.items()}


def judged_shifts(keys: Sequence[int], month: date) -> QuerySet[AttendanceFact]:
    """The current findings about people's shifts of a month, in an order of their own."""
    rows = AttendanceFact.objects.filter(person__in=keys, is_current=True, day__range=(month, month_end(month)))
    return rows.only("person_id", "day", "late_s", "early_s", "state", "source", "facts").order_by(
        "person", "day", "pk"
    )


def shift_facts(row: AttendanceFact, late: int, early: int) -> list[dict[str, Any]]:
    """What a shift is to the assessment, by its lateness and early leave in seconds."""
    found: list[dict[str, Any]] = []
    name = f"shift {row.pk}"
    if late:
        found.append({"kind": "late", "seconds": late, "evidence": name})
    if early:
        found.append({"kind": "early_leave", "seconds": early, "evidence": f"{name} end"})
    if row.state == "absent" and row.source == Source.CORRECTED:  # never without a second person (reading 19)
        found.append({"kind": "absent", "evidence": name})
    return found


def _leave(spell: Taken, month: date) -> dict[str, Any]:
    """Granted leave by spell, in half days of the shifts missed (readings 55, 56, 58); an exempted one is told so."""
    told = {
        "kind": months.told_kind(spell.kind, month),
        "days": in_days(spell.half_days),
        "spell": f"spell {spell.spell}",
    }
    return told | ({"exempt": True} if spell.is_exempt else {})


def _custody(keys: Sequence[int], month: date, values: Values) -> dict[int, dict[str, Any]]:
    """Charged time in hand (D3.7) by the centre's terms, over holdings or cases as it has it (reading 99)."""
    found: dict[int, dict[str, Any]] = {}
    for key, mine in charged.months(keys, *_window(month), charging(keys, month, values)).items():
        found[key] = {"holdings": {"count": mine.count, "seconds": mine.seconds}}
        if mine.over:
            found[key]["over_limit"] = [{"case": case, "seconds": seconds(time)} for case, time in mine.over]
    return found


def charging(keys: Sequence[int], month: date, values: Values) -> charged.Charging:
    """How these people's holdings of a month are charged: cases with an accepted waiver are out of it altogether
    (reading 25), and so is time that was booked or excused (reading 12)."""
    read = values.reading()
    kinds = attendance_terms(read).excuse_kinds
    booked = [kind for kind in ALL_BOOKED if kind_of(kind) in kinds]
    return charged.Charging(custody_terms(read), booked, records.excused(keys, wall(month), kinds))


def held(person: Person, month: date, values: Values) -> list[charged.Held]:
    """The holdings behind somebody's average of a month, as the records have them now, in order of time."""
    return charged.holdings(person.pk, *_window(month), charging([person.pk], month, values))


def _window(month: date) -> tuple[datetime, datetime]:
    return wall(month), wall(month_end(month) + ONE_DAY)


def _accuracy(centre: Centre, month: date) -> dict[int, dict[str, Any]]:
    """What reviews by others found, and whether it was a sample: the rule says where one is too small (reading 29).

    A sample that was drawn whole is none: it is all that the person handled, however little that was.
    """
    found = {}
    for line in figures.team(centre.pk, month):
        figure = line.facts.figure
        if figure.rate is not None:
            wrong = line.facts.denominator - line.facts.numerator
            judged: dict[str, Any] = {"total": line.facts.denominator, "wrong": wrong}
            is_part = line.facts.is_sample and line.facts.denominator < line.facts.population
            found[line.person.pk] = judged | ({"sample": True} if is_part else {})
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
            found[row.person_id]["breaches"].append({"clause": clause, "kind": _told(row.words), "evidence": name})
    return {key: dict(mine) for key, mine in found.items()}


def _told(words: str) -> str:
    """What happened, on one line and short enough for one."""
    line = " ".join(words.split())
    return line if len(line) <= MOST_WORDS else f"{line[: MOST_WORDS - 1]}…"


def first_day(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def running(at: datetime) -> date:
    """The month that runs."""
    return first_day(local_day(at))

"""Attendance in the monthly assessment (D3.3 to D3.5, D3.12): the bonus, leave, lateness, early leave, absence."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hotline.kernel.rules import rule
from hotline.kernel.words import Words
from hotline.rulebook.assessment.facts import Attendance, Facts, Kind, Leave, natural
from hotline.rulebook.assessment.lines import COUNTED, Line, Part, Sheet, Sort, clock
from hotline.rulebook.leave import Code, in_days
from hotline.rulebook.leave_effects import Taken, effect_terms, leave_costs, leave_points
from hotline.rulebook.parameters.values import Values
from hotline.rulebook.roles import FIRST_DAY

UNCAPPED = 10**9
KINDS = {Code.SICK.value: Words("病假", "sick leave"), Code.PERSONAL.value: Words("事假", "personal leave")}
NAMES = {
    Kind.LATE: Words("迟到 {time}", "Late by {time}"),
    Kind.EARLY_LEAVE: Words("早退 {time}", "Left early by {time}"),
}


@rule("D3.3", since=FIRST_DAY)
def attendance_award(values: Values) -> list[Line]:
    """D3.3: the attendance bonus and the attendance points, whole before anything is taken from them."""
    sheet = Sheet(Part.ATTENDANCE, values.reading())
    sheet.write(
        Sort.AWARD,
        "D3.3",
        Words("考勤奖和考勤分", "Attendance bonus and points"),
        points=sheet.read.whole("attendance.points"),
        fen=sheet.read.fen("pay.attendance_yuan"),
    )
    return sheet.lines


def counted(leave: Iterable[Leave], unit: str) -> list[Leave]:
    """Leave that may cost something: sick and personal, not exempted, in the unit in which it is counted."""
    step = 2 if unit == "1" else 1
    found = [
        replace(one, half_days=one.half_days // step * step)
        for one in leave
        if one.kind in KINDS and not one.is_exempt and one.half_days
    ]
    return sorted(found, key=lambda one: (one.kind, natural(one.spell), one.half_days))


def _taken(leave: Iterable[Leave]) -> list[Taken]:
    return [Taken(one.kind, one.spell, one.half_days) for one in leave]


@rule("D3.4", since=FIRST_DAY)
def sick_leave(facts: Facts, values: Values) -> list[Line]:
    """D3.4: 10 yuan a day of sick leave; 7 days or more in the month take the whole attendance bonus."""
    return _leave_money(Code.SICK.value, "D3.4", facts, values)


@rule("D3.5", since=FIRST_DAY)
def personal_leave(facts: Facts, values: Values) -> list[Line]:
    """D3.5: 30 yuan a day of personal leave; 5 days or more in the month take the whole attendance bonus."""
    return _leave_money(Code.PERSONAL.value, "D3.5", facts, values)


def _leave_money(kind: str, clause: str, facts: Facts, values: Values) -> list[Line]:
    sheet = Sheet(Part.ATTENDANCE, values.reading())
    read = sheet.read
    keys = (f"leave.{kind}_yuan", f"leave.{kind}_all_days", "leave.unit", "pay.attendance_yuan")
    for key in keys:
        read.value(key)
    terms = effect_terms(values.reading())
    leave = [one for one in counted(facts.leave, read.choice("leave.unit")) if one.kind == kind]
    half_days = sum(one.half_days for one in leave)
    for effect in leave_costs.on(values.day)(_taken(leave), terms):
        whole = half_days >= terms.costs[kind].all_from
        words = (
            Words(
                "{kind} {days} 天，达到 {most} 天，扣发全部考勤奖",
                "{days} days of {kind}, {most} or more: the whole bonus",
            )
            if whole
            else Words("{kind} {days} 天，每天 {each} 元", "{days} days of {kind}, {each} yuan each")
        )
        reason = words(
            kind=KINDS[kind],
            days=in_days(half_days),
            most=read.shown[f"leave.{kind}_all_days"],
            each=read.shown[f"leave.{kind}_yuan"],
        )
        sheet.write(Sort.DEDUCTION, clause, reason, fen=effect.fen, evidence=_spells(leave))
    return sheet.lines


def _spells(leave: Iterable[Leave]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.spell for one in leave))


@rule("D3.12", since=FIRST_DAY)
def leave_lines(facts: Facts, values: Values) -> list[Line]:
    """D3.12: 4 points for each spell of sick or personal leave, 20 at most; other leave costs nothing (reading 74)."""
    sheet = Sheet(Part.ATTENDANCE, values.reading())
    read = sheet.read
    per, unit = read.choice("leave.points_per"), read.choice("leave.unit")
    terms = replace(effect_terms(values.reading()), most_points=UNCAPPED)
    read.value("leave.points")
    leave = [one for one in counted(facts.leave, unit) if one.half_days]
    words = Words("{kind}一次，{days} 天", "A spell of {kind}, {days} days")
    if per == "day":
        words = Words("{kind}按天扣分，{days} 天", "{kind} by the day, {days} days")
    for spell, group in _groups(leave, per):
        effects = leave_points.on(values.day)(_units(spell, group, per), terms)
        kind = KINDS[group[0].kind] if len({one.kind for one in group}) == 1 else Words("请假", "leave")
        reason = words(kind=kind, days=in_days(sum(one.half_days for one in group)))
        points = sum(effect.points for effect in effects)
        sheet.write(Sort.DEDUCTION, "D3.12", reason, points=points, evidence=(spell,))
    most = read.whole("leave.points_max")
    sheet.cap("D3.12", points=most)
    for one in sorted(facts.leave, key=lambda one: (one.kind, natural(one.spell), one.half_days)):
        if one.is_exempt or one.kind not in KINDS:
            why = (
                Words("主任免除，不扣钱不扣分", "No deduction because the director exempted it")
                if one.is_exempt
                else Words("此类假不扣钱不扣分", "No deduction because this kind of leave costs nothing")
            )
            sheet.write(Sort.NONE, "D3.12", why, evidence=(one.spell,))
    return sheet.lines


def _groups(leave: Sequence[Leave], per: str) -> list[tuple[str, list[Leave]]]:
    """What points are counted by: spells, or every entry of its own."""
    if per == "request":
        return [(one.spell, [one]) for one in leave]
    by_spell: dict[str, list[Leave]] = {}
    for one in leave:
        by_spell.setdefault(one.spell, []).append(one)
    return sorted(by_spell.items(), key=lambda item: natural(item[0]))


def _units(spell: str, group: Sequence[Leave], per: str) -> list[Taken]:
    """As many spells as are to be counted: one, or one for each day begun."""
    half_days = sum(one.half_days for one in group)
    times = -(-half_days // 2) if per == "day" else 1
    return [Taken(group[0].kind, f"{spell}#{number}", half_days) for number in range(times)]


@rule("D3.12", since=FIRST_DAY)
def lateness(facts: Facts, values: Values) -> list[Line]:
    """D3.12: 2 points for each lateness or early leave, at most one of each in a shift, 20 at most (reading 10).

    Above 3 hours it is a grave breach besides (D6.2), and the money is that of the breach alone.
    """
    sheet = Sheet(Part.ATTENDANCE, values.reading())
    read = sheet.read
    points, fen, over = read.whole("late.points"), read.fen("late.yuan"), read.whole("late.fine_over_s")
    fines = read.choice("fine_policy") == "bonus"
    for kind in (Kind.LATE, Kind.EARLY_LEAVE):
        for one, repeats in once([fact for fact in facts.attendance if fact.kind is kind]):
            reason = NAMES[kind](time=clock(one.seconds))
            if not one.seconds:
                none = Words("没有时长，不扣", "No deduction because no time is lost")
                sheet.write(Sort.NONE, "D3.12", none, evidence=(one.evidence,))
                continue
            fined = kind is Kind.LATE and one.seconds > over and fines
            sheet.write(
                Sort.DEDUCTION, "D3.12", reason, points=-points, fen=0 if fined else -fen, evidence=(one.evidence,)
            )
            for _again in range(repeats):
                sheet.write(Sort.COUNTED, "D3.15", COUNTED, evidence=(one.evidence,))
    read.whole("late.points_max")
    sheet.cap("D3.12", points=read.whole("late.points_max"))
    return sheet.lines


def once(facts: Sequence[Attendance]) -> list[tuple[Attendance, int]]:
    """Each shift once, by the longest of what is told of it, and how often it was told again (D3.15)."""
    by_shift: dict[str, list[Attendance]] = {}
    for fact in facts:
        by_shift.setdefault(fact.evidence, []).append(fact)
    return [
        (max(group, key=lambda fact: fact.seconds), len(group) - 1)
        for _evidence, group in sorted(by_shift.items(), key=lambda item: natural(item[0]))
    ]


@rule("D3.12", since=FIRST_DAY)
def attendance_floor(lines: Sequence[Line], values: Values) -> list[Line]:
    """D3.12: the two caps of 20 share the 20 points of attendance, and the bonus is lost once (readings 44, 57)."""
    sheet = Sheet(Part.ATTENDANCE, values.reading())
    sheet.lines = list(lines)
    read = sheet.read
    before = len(lines)
    sheet.cap("D3.12", points=read.whole("attendance.points"))
    sheet.cap("D3.3", fen=read.fen("pay.attendance_yuan"))
    return sheet.lines[before:]


@rule("D3.6", since=FIRST_DAY)
def absences(facts: Facts, values: Values) -> list[Line]:
    """D3.6: a shift missed without leave takes no attendance points by itself (reading 19); its fine is D6.2's."""
    sheet = Sheet(Part.ATTENDANCE, values.reading())
    sheet.read.value("absent.points")
    reason = Words(
        "旷工：考勤分表无此项，不自动扣分；罚款见 D6.2，扣分由人决定",
        "Absent: the points table has no such item; the fine is that of D6.2, points are a person's decision",
    )
    for one, repeats in once([fact for fact in facts.attendance if fact.kind is Kind.ABSENT]):
        sheet.write(Sort.NONE, "D3.6", reason, evidence=(one.evidence,))
        for _again in range(repeats):
            sheet.write(Sort.COUNTED, "D3.15", COUNTED, evidence=(one.evidence,))
    return sheet.lines

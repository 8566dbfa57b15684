"""Rewards, fines and what only people decide (D3.14, D5, D6, D3.4 to D3.6, A7.15)."""

from collections.abc import Sequence

from hotline.kernel.rules import rule
from hotline.kernel.words import Words
from hotline.rulebook.assessment.attendance import KINDS, counted, once
from hotline.rulebook.assessment.evaluation import count_once
from hotline.rulebook.assessment.facts import Breach, Facts, Kind, natural
from hotline.rulebook.assessment.lines import COUNTED, Line, Matter, Part, Proposal, Sheet, Sort, clock, yuan
from hotline.rulebook.leave import Code
from hotline.rulebook.leave_effects import Year, effect_terms, reviews
from hotline.rulebook.parameters.values import Values
from hotline.rulebook.roles import FIRST_DAY


@rule("D3.14", since=FIRST_DAY)
def rewards(facts: Facts, values: Values) -> list[Line]:
    """D3.14: 1 to 5 points for each reward, at most 10 a month; a reward has no money here (reading 43)."""
    sheet = Sheet(Part.BONUS, values.reading())
    for mark, repeats in count_once.on(values.day)(facts.rewards):
        reason = Words("奖励加 {n} 分", "A reward of {n} points")(n=mark.points)
        sheet.write(Sort.AWARD, "D3.14", reason, points=mark.points, evidence=(mark.evidence,))
        for _again in range(repeats):
            sheet.write(Sort.COUNTED, "D3.15", COUNTED, evidence=(mark.evidence,))
    most = sheet.read.whole("bonus.points_max")
    given = sum(line.points for line in sheet.lines)
    if given > most:
        reason = Words("每月最多加 {n} 分", "At most {n} points a month")(n=most)
        sheet.write(Sort.CAP, "D3.14", reason, points=most - given)
    return sheet.lines


@rule("D3.11", since=FIRST_DAY)
def total_cap(lines: Sequence[Line], values: Values) -> list[Line]:
    """D3.11: 100 points and up to 10 more; the total is not cut below that (reading 42)."""
    sheet = Sheet(Part.BONUS, values.reading())
    most = sheet.read.whole("total.max")
    over = sum(line.points for line in lines) - most
    if over > 0:
        sheet.write(Sort.CAP, "D3.11", Words("总分最高 {n} 分", "A total of {n} at most")(n=most), points=-over)
    return sheet.lines


# ---------------------------------------------------------------- fines


@rule("D6.1", since=FIRST_DAY)
def minor_fines(facts: Facts, values: Values) -> list[Line]:
    """D6.1: 20 yuan for each confirmed occurrence; the same evidence counts once (readings 47, 40)."""
    sheet = Sheet(Part.BREACH, values.reading())
    _fines(sheet, "D6.1", [one for one in facts.breaches if one.clause == "D6.1"], "fine.minor_yuan")
    return sheet.lines


@rule("D6.2", since=FIRST_DAY)
def major_fines(facts: Facts, values: Values) -> list[Line]:
    """D6.2: 50 yuan for each confirmed grave breach, each shift missed, each lateness above 3 hours (45, 46)."""
    sheet = Sheet(Part.BREACH, values.reading())
    over = sheet.read.whole("late.fine_over_s")
    found = [one for one in facts.breaches if one.clause == "D6.2"]
    for one in facts.attendance:
        if one.kind is Kind.ABSENT:
            found.append(Breach("D6.2", "absent", one.evidence))
        elif one.kind is Kind.LATE and one.seconds > over:
            found.append(Breach("D6.2", f"late {clock(one.seconds)}", one.evidence))
    _fines(sheet, "D6.2", found, "fine.major_yuan")
    return sheet.lines


def _fines(sheet: Sheet, clause: str, breaches: Sequence[Breach], key: str) -> None:
    read = sheet.read
    fen = read.fen(key)
    collected = read.choice("fine_policy") == "bonus"
    by_evidence: dict[str, list[Breach]] = {}
    for one in breaches:
        by_evidence.setdefault(one.evidence, []).append(one)
    for evidence, group in sorted(by_evidence.items(), key=lambda item: natural(item[0])):
        kinds = ", ".join(sorted({one.kind for one in group}))
        if collected:
            reason = Words("违规处罚：{kinds}", "Breach: {kinds}")(kinds=kinds)
            sheet.write(Sort.DEDUCTION, clause, reason, fen=-fen, evidence=(evidence,))
        else:
            reason = Words("违规：{kinds}；本中心不罚款", "Breach: {kinds}; this centre takes no fines")(kinds=kinds)
            sheet.write(Sort.NONE, clause, reason, evidence=(evidence,))
        for _again in group[1:]:
            sheet.write(Sort.COUNTED, "D3.15", COUNTED, evidence=(evidence,))


def taken_by_evidence(lines: Sequence[Line]) -> dict[str, int]:
    """What the fines take for each piece of evidence, in fen."""
    found: dict[str, int] = {}
    for line in lines:
        for evidence in line.evidence:
            found[evidence] = found.get(evidence, 0) - line.fen
    return found


@rule("D6.1", since=FIRST_DAY)
def collect(earned_fen: int, fines: Sequence[Line], values: Values) -> tuple[list[Line], int]:
    """D6.1: fines are taken from that month's bonus only; what it does not cover is never collected (reading 48)."""
    sheet = Sheet(Part.BREACH, values.reading())
    sheet.read.value("fine_policy")
    missing = -sum(line.fen for line in fines) - earned_fen
    if missing <= 0:
        return [], 0
    reason = Words("当月奖金已扣完，{n} 元不再收取", "The month's bonus is used up: {n} yuan are not collected")
    sheet.write(Sort.CAP, "D6.1", reason(n=yuan(missing)), fen=missing)
    return sheet.lines, missing


# ---------------------------------------------------------------- for people to decide


@rule("A7.15", since=FIRST_DAY)
def talks(facts: Facts, values: Values) -> list[Proposal]:
    """A7.15: three latenesses in a month bring a talk that is filed and shown in the review (reading 11)."""
    read = values.reading()
    least = read.whole("late.talk_count")
    late = [one for one, _again in once([fact for fact in facts.attendance if fact.kind is Kind.LATE]) if one.seconds]
    if len(late) < least:
        return []
    reason = Words(
        "本月迟到 {n} 次，达到 {least} 次：谈话并存档", "Late {n} times this month, {least} or more: a talk, filed"
    )
    evidence = tuple(one.evidence for one in late)
    return [Proposal(Matter.TALK, "A7.15", reason(n=len(late), least=least), evidence, read.shown)]


@rule("D3.6", since=FIRST_DAY)
def absence_points(facts: Facts, values: Values) -> list[Proposal]:
    """D3.6: a shift missed without leave: points are for people to set, 10 suggested (reading 19)."""
    read = values.reading()
    points = read.whole("absent.points")
    reason = Words(
        "旷工一班：建议按“其他工作”扣 {n} 分，由人决定", "Absent for a shift: {n} points under other work are suggested"
    )
    absent = once([fact for fact in facts.attendance if fact.kind is Kind.ABSENT])
    return [Proposal(Matter.POINTS, "D3.10", reason(n=points), (one.evidence,), read.shown) for one, _again in absent]


@rule("D6.1", since=FIRST_DAY)
def talks_instead_of_fines(lines: Sequence[Line], values: Values) -> list[Proposal]:
    """D6.1: where a centre takes no fines, each breach is a talk instead (reading 48)."""
    read = values.reading()
    if read.choice("fine_policy") != "forbid":
        return []
    reason = Words("违规不罚款，改为谈话", "A breach that is not fined: a talk instead")
    breaches = [line for line in lines if line.part is Part.BREACH and line.sort is Sort.NONE]
    return [Proposal(Matter.TALK, line.clause, reason, line.evidence, read.shown) for line in breaches]


REVIEW = {
    "D3.4": Words("病假全年累计超过 {n} 天：提请评议", "More than {n} days of sick leave in the year: a review"),
    "D3.5": Words("事假全年累计超过 {n} 天：提请评议", "More than {n} days of personal leave in the year: a review"),
    "D3.6": Words(
        "旷工、迟到早退、长时间病假兼有：提请评议", "Absence, lateness and long sick leave together: a review"
    ),
}
STOPS = {
    "sick": Words("医疗期内，法律禁止解除劳动合同", "The law forbids dismissal within the medical period"),
    "protected": Words(
        "孕期、产期、哺乳期，法律禁止解除劳动合同", "The law forbids dismissal during pregnancy, maternity and nursing"
    ),
    "check": Words("先核对医疗期和孕、产、哺乳期", "Check the medical period, pregnancy, maternity and nursing first"),
}


@rule("D3.6", since=FIRST_DAY)
def dismissal_reviews(facts: Facts, values: Values) -> list[Proposal]:
    """D3.6: what opens a review by people, with what the law says against dismissal; never more (readings 71, 72)."""
    read = values.reading()
    for key in ("dismiss.leave_days", "dismiss.long_sick_days", "dismiss.window_months"):
        read.value(key)
    days = read.shown["dismiss.leave_days"]
    year = facts.year or _year_of_month(facts)
    found = []
    for review in reviews.on(values.day)(year, effect_terms(values.reading())):
        stop = STOPS["check"]  # the law stands against it until somebody has looked
        if review.stop:
            stop = STOPS["protected"] if year.is_protected else STOPS["sick"]
        reason = REVIEW[review.clause](n=days)
        found.append(
            Proposal(Matter.DISMISSAL_REVIEW, review.clause, reason, _evidence(review.clause, facts), read.shown, stop)
        )
    return found


def _year_of_month(facts: Facts) -> Year:
    """What the month alone shows of the year: never more than there was."""
    half_days = dict.fromkeys(KINDS, 0)
    for one in counted(facts.leave, "0.5"):
        half_days[one.kind] += one.half_days
    return Year(
        half_days=half_days,
        sick_by_month=(half_days[Code.SICK.value],),
        absences=sum(1 for fact in facts.attendance if fact.kind is Kind.ABSENT),
        latenesses=sum(1 for fact in facts.attendance if fact.kind is not Kind.ABSENT and fact.seconds),
    )


def _evidence(clause: str, facts: Facts) -> tuple[str, ...]:
    kinds = {"D3.4": {"sick"}, "D3.5": {"personal"}, "D3.6": {"sick"}}[clause]
    spells = {one.spell for one in facts.leave if one.kind in kinds and not one.is_exempt}
    shifts = {one.evidence for one in facts.attendance} if clause == "D3.6" else set()
    return tuple(sorted(spells, key=natural)) + tuple(sorted(shifts, key=natural))

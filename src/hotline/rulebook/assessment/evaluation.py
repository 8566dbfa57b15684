"""The evaluation of a month (D3.7 to D3.10, D3.13): timeliness, accuracy, exam, other work."""

import math
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from hotline.kernel.rules import rule
from hotline.kernel.words import Words
from hotline.rulebook.accuracy import Accuracy, Basis, Step, accuracy_terms, shortfall
from hotline.rulebook.assessment.facts import Facts, Mark, OverLimit, natural
from hotline.rulebook.assessment.lines import COUNTED, Line, Part, Sheet, Sort, clock, percent
from hotline.rulebook.case_custody import custody_terms, over_limit
from hotline.rulebook.parameters.kinds import plain
from hotline.rulebook.parameters.values import Reading, Values
from hotline.rulebook.roles import FIRST_DAY

NAMES = {
    Part.TIMELINESS: Words("及时性", "Timeliness"),
    Part.ACCURACY: Words("准确率", "Accuracy"),
    Part.EXAM: Words("业务考试", "Exam"),
    Part.OTHER: Words("其他工作和表现", "Other work and conduct"),
}
AWARD = Words("{part}奖和分", "{part}: bonus and points")
NOTHING = Words(
    "本月没有依据，不适用，按满分", "Not applicable: there are no facts this month, so the part stays whole"
)
NOTHING_GIVEN = Words(
    "本月没有依据，不计分、不计奖", "Not applicable: there are no facts this month, so the part is left out"
)


def steps(amount: Fraction, counts: str) -> int:
    """Whole steps in an amount that is not negative: completed ones, or those begun (readings 20, 29, 33)."""
    done = amount.numerator // amount.denominator
    return done + 1 if counts == Step.STARTED and amount != done else done


def award(part: Part, values: Values, *, known: bool) -> Sheet:
    """The whole part as the first line, and what becomes of it without facts (reading 30)."""
    sheet = Sheet(part, values.reading())
    read = sheet.read
    points, fen = read.whole(f"{part}.points"), read.fen(f"{part}.yuan")
    sheet.write(Sort.AWARD, "D3.3", AWARD(part=NAMES[part]), points=points, fen=fen)
    sheet.read = values.reading()
    if not known:
        clause = {Part.TIMELINESS: "D3.7", Part.ACCURACY: "D3.8", Part.EXAM: "D3.9"}[part]
        if sheet.read.choice("na") == "full":
            sheet.write(Sort.NONE, clause, NOTHING)
        else:
            sheet.write(Sort.PRORATA, clause, NOTHING_GIVEN, points=-points, fen=-fen)
        sheet.read = values.reading()
    return sheet


# ---------------------------------------------------------------- timeliness


@rule("D3.7", since=FIRST_DAY)
def timeliness_part(facts: Facts, values: Values) -> list[Line]:
    """D3.7: 10 yuan and 2 points for each minute of the average above 5, 5 yuan and 2 points for each case above it.

    Both share one cap of 50 yuan and 20 points (reading 21), are added or the larger taken (reading 22), and excused
    cases are left out (reading 25).
    """
    known = facts.holdings is not None and facts.holdings.count > 0
    sheet = award(Part.TIMELINESS, values, known=known or bool(facts.over_limit))
    if sheet.lines[-1].sort is Sort.PRORATA:
        return sheet.lines
    start = len(sheet.lines)
    _average(facts, values, sheet)
    middle = len(sheet.lines)
    _cases(facts.over_limit, values, sheet)
    first, second = _sum(sheet.lines[start:middle]), _sum(sheet.lines[middle:])
    sheet.read = values.reading()
    read = sheet.read
    most = read.fen("timeliness.yuan")
    if not read.flag("timeliness.shared_cap"):
        first = _own_cap(sheet, first, most)
        second = _own_cap(sheet, second, most)
        most *= 2
    sheet.read = values.reading()
    if sheet.read.choice("timeliness.combine") == "max":
        points, fen = min(first[0], second[0]), min(first[1], second[1])
        if points or fen:
            reason = Words("平均与个案取较大者，不重复扣减", "The average and the cases: only the larger counts")
            sheet.write(Sort.COUNTED, "D3.15", reason, points=points, fen=fen)
    sheet.read = values.reading()
    sheet.read.value("timeliness.shared_cap")
    sheet.read.value("timeliness.yuan")
    sheet.cap("D3.7", points=sheet.read.whole("timeliness.points"), fen=most)
    return sheet.lines


def _sum(lines: Sequence[Line]) -> tuple[int, int]:
    return -sum(line.points for line in lines), -sum(line.fen for line in lines)


def _own_cap(sheet: Sheet, lost: tuple[int, int], most: int) -> tuple[int, int]:
    points, fen = lost
    if fen > most:
        reason = Words("本项单独扣到上限，超出部分退回", "Up to its own cap: what exceeds it is given back")
        sheet.write(Sort.CAP, "D3.7", reason, fen=fen - most)
    return points, min(fen, most)


def _average(facts: Facts, values: Values, sheet: Sheet) -> None:
    sheet.read = read = values.reading()
    if facts.holdings is None or not facts.holdings.count:
        return
    average = facts.holdings.seconds / facts.holdings.count
    limit, counts = read.whole("timeliness.limit_s"), read.choice("step.counts")
    per, points = read.fen("timeliness.yuan_per_minute"), read.whole("timeliness.points_per_minute")
    read.value("timeliness.average_of")
    over = steps(max(Fraction(0), average - limit) / 60, counts)
    told = {"average": clock(average), "limit": clock(limit), "n": over}
    if over:
        reason = Words(
            "平均在手 {average}，超过 {limit} 计 {n} 分钟", "Average in hand {average}: {n} min above {limit}"
        )
    elif average > limit:
        reason = Words(
            "平均在手 {average}，超过 {limit} 不满一分钟，不扣",
            "No deduction because the average of {average} is no whole minute above {limit}",
        )
    else:
        reason = Words(
            "平均在手 {average}，未超过 {limit}，不扣",
            "No deduction because the average of {average} is within {limit}",
        )
    sort = Sort.DEDUCTION if over else Sort.NONE
    sheet.write(sort, "D3.7", reason(**told), points=-over * points, fen=-over * per, evidence=("holdings",))


def in_hand(seconds: Fraction) -> timedelta:
    """As a span of time, exact to the microsecond; anything finer counts as a microsecond more."""
    return timedelta(microseconds=math.ceil(seconds * 1_000_000))


def _cases(cases: Sequence[OverLimit], values: Values, sheet: Sheet) -> None:
    sheet.read = read = values.reading()
    terms, is_over = custody_terms(values.reading()), over_limit.on(values.day)
    limit = read.whole("case.limit_s")
    fen, points = read.fen("case.yuan"), read.whole("case.points")
    by_case: dict[str, list[OverLimit]] = {}
    for one in cases:
        by_case.setdefault(one.case, []).append(one)
    for case, group in sorted(by_case.items(), key=lambda item: natural(item[0])):
        longest = max(one.seconds for one in group)
        told = {"case": case, "time": clock(longest), "limit": clock(limit)}
        if any(one.is_excused for one in group):
            reason = Words("案件 {case} 有经认可的滞留原因，剔除不扣", "No deduction because case {case} is excused")
            sheet.write(Sort.NONE, "D3.7", reason(**told), evidence=(case,))
        elif not is_over(in_hand(longest), terms):
            reason = Words(
                "案件 {case} 在手 {time}，未超过 {limit}，不扣",
                "No deduction because case {case} took {time}, within {limit}",
            )
            sheet.write(Sort.NONE, "D3.7", reason(**told), evidence=(case,))
        else:
            reason = Words("案件 {case} 在手 {time}，超过 {limit}", "Case {case} took {time}, above {limit}")
            sheet.write(Sort.DEDUCTION, "D3.7", reason(**told), points=-points, fen=-fen, evidence=(case,))
        for _again in group[1:]:
            sheet.write(Sort.COUNTED, "D3.15", COUNTED, evidence=(case,))


# ---------------------------------------------------------------- accuracy


@rule("D3.8", since=FIRST_DAY)
def accuracy_part(facts: Facts, values: Values) -> list[Line]:
    """D3.8: 10 yuan and 4 points for each percentage point below the standard, 50 and 20 at most (reading 29)."""
    judged = facts.accuracy
    known = judged is not None and judged.total > 0
    sheet = award(Part.ACCURACY, values, known=known)
    if judged is None or not known:
        return sheet.lines
    read = sheet.read
    terms = accuracy_terms(values.reading())
    right = judged.total - judged.wrong
    enough = not judged.is_sample or judged.total >= terms.min_n
    figure = Accuracy(Basis.SAMPLE if judged.is_sample else Basis.WHOLE, right, judged.total, judged.total, enough)
    points = shortfall.on(values.day)(figure, terms).points
    target = read.number("accuracy.target")
    read.value("step.counts")
    rate = Fraction(right, judged.total)
    told = {"right": right, "of": judged.total, "rate": percent(rate), "target": f"{plain(target)}%", "n": points}
    evidence = ("accuracy",)
    if not enough:
        told["least"] = read.whole("accuracy.min_n")
        reason = Words(
            "抽查 {of} 件，不足 {least} 件，不用于考核", "No deduction because a sample of {of} is below {least}"
        )
        sheet.write(Sort.NONE, "D3.8", reason(**told), evidence=evidence)
    elif not points:
        reason = (
            Words(
                "准确率 {right}/{of} = {rate}，达到 {target}，不扣",
                "No deduction because {right}/{of} = {rate} reaches {target}",
            )
            if rate * 100 >= target
            else Words(
                "准确率 {right}/{of} = {rate}，低于 {target} 不满一个百分点，不扣",
                "No deduction because {right}/{of} = {rate} is no whole point below {target}",
            )
        )
        sheet.write(Sort.NONE, "D3.8", reason(**told), evidence=evidence)
    else:
        reason = Words(
            "准确率 {right}/{of} = {rate}，低于 {target} 计 {n} 个百分点",
            "Accuracy {right}/{of} = {rate}: {n} points below {target}",
        )
        each, fen = read.whole("accuracy.points_per_point"), read.fen("accuracy.yuan_per_point")
        sheet.write(Sort.DEDUCTION, "D3.8", reason(**told), points=-points * each, fen=-points * fen, evidence=evidence)
    _cap(sheet, "D3.8", values)
    return sheet.lines


def _cap(sheet: Sheet, clause: str, values: Values) -> None:
    sheet.read = read = values.reading()
    sheet.cap(clause, points=read.whole(f"{sheet.part}.points"), fen=read.fen(f"{sheet.part}.yuan"))


# ---------------------------------------------------------------- exam


@rule("D3.9", since=FIRST_DAY)
def exam_part(facts: Facts, values: Values) -> list[Line]:
    """D3.9: 10 yuan and 4 points for each 5 percentage points below the standard, until nothing is left (32 to 35)."""
    exam, absent = facts.exam, values.reading()
    if exam is not None and exam.score is None:
        known = not exam.is_excused and absent.choice("exam.absent") == "zero"
    else:
        known = exam is not None
    sheet = award(Part.EXAM, values, known=known)
    if exam is None or not known:
        return sheet.lines
    read = sheet.read
    score = exam.score
    if score is None:
        read.value("exam.absent")
        sheet.write(
            Sort.NONE, "D3.9", Words("无故缺考，按 0 分", "Absent without an excuse: counts as 0"), evidence=("exam",)
        )
        score = Fraction(0)
    below = _below(score, read)
    told = {
        "score": plain(score),
        "target": read.shown["exam.target"],
        "step": read.shown["exam.step_percent"],
        "n": below,
    }
    if below:
        reason = Words(
            "考试 {score}，低于 {target} 计 {n} 个 {step} 分", "Exam {score}: {n} steps of {step} below {target}"
        )
        each, fen = read.whole("exam.points_per_step"), read.fen("exam.yuan_per_step")
        sheet.write(Sort.DEDUCTION, "D3.9", reason(**told), points=-below * each, fen=-below * fen, evidence=("exam",))
    else:
        reason = (
            Words("考试 {score}，达到 {target}，不扣", "No deduction because {score} reaches {target}")
            if score >= read.number("exam.target")
            else Words(
                "考试 {score}，低于 {target} 不满 {step} 分，不扣",
                "No deduction because {score} is no whole {step} below {target}",
            )
        )
        sheet.write(Sort.NONE, "D3.9", reason(**told), evidence=("exam",))
    _cap(sheet, "D3.9", values)
    return sheet.lines


def _below(score: Fraction, read: Reading) -> int:
    counts = read.choice("exam.step")
    if counts == "same":
        counts = read.choice("step.counts")
    missing = max(Fraction(0), read.number("exam.target") - score)
    return steps(missing / read.number("exam.step_percent"), counts)


# ---------------------------------------------------------------- other work


@rule("D3.10", since=FIRST_DAY)
def other_part(facts: Facts, values: Values, fined: dict[str, int]) -> list[Line]:
    """D3.10: 2.5 yuan for each point that people set for an incident, 50 yuan and 20 points at most (reading 37).

    `fined` is what a fine takes for the same evidence: that much of the incident's money is counted already (40, 49).
    """
    sheet = award(Part.OTHER, values, known=True)
    sheet.read = read = values.reading()
    each = read.fen("other.yuan_per_point")
    if not facts.conduct:
        sheet.write(Sort.NONE, "D3.10", Words("没有核实的事项，不扣", "No deduction because nothing is confirmed"))
    for mark, repeats in count_once.on(values.day)(facts.conduct):
        fen = mark.points * each
        reason = Words("核实的事项，{n} 分", "A confirmed incident, {n} points")(n=mark.points)
        sheet.write(Sort.DEDUCTION, "D3.13", reason, points=-mark.points, fen=-fen, evidence=(mark.evidence,))
        for _again in range(repeats):
            sheet.write(Sort.COUNTED, "D3.15", COUNTED, evidence=(mark.evidence,))
        if back := min(fen, fined.get(mark.evidence, 0)):
            reason = Words(
                "同一事实已按 D6 处罚，金额不重复扣减", "The same fact is fined under D6: its money is not taken twice"
            )
            sheet.write(Sort.COUNTED, "D3.15", reason, fen=back, evidence=(mark.evidence,))
    _cap(sheet, "D3.10", values)
    return sheet.lines


@rule("D3.15", since=FIRST_DAY)
def count_once(marks: Sequence[Mark]) -> list[tuple[Mark, int]]:
    """D3.15: each fact once, by its evidence and the largest number told of it, and how often it was told again."""
    by_evidence: dict[str, list[Mark]] = {}
    for mark in marks:
        by_evidence.setdefault(mark.evidence, []).append(mark)
    return [
        (max(group, key=lambda mark: mark.points), len(group) - 1)
        for _evidence, group in sorted(by_evidence.items(), key=lambda item: natural(item[0]))
    ]


@rule("D3.13", since=FIRST_DAY)
def evaluation_floor(lines: Sequence[Line], values: Values) -> list[Line]:
    """D3.13: the evaluation never costs more than its bonus: with two caps of timeliness it could (reading 21)."""
    read = values.reading()
    most = sum(read.fen(f"{part}.yuan") for part in NAMES)
    below = -sum(line.fen for line in lines)
    if below <= 0:
        return []
    sheet = Sheet(Part.TIMELINESS, read)
    reason = Words(
        "考评奖 {most} 元已扣完，超出部分退回", "The evaluation bonus of {most} yuan is used up: the rest is given back"
    )
    sheet.write(Sort.CAP, "D3.3", reason(most=plain(Fraction(most, 100))), fen=below)
    return sheet.lines

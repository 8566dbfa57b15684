"""A person's month put together: every part, its caps, the share of who joined or left, the fines."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from hotline.kernel.money import portion
from hotline.kernel.rules import rule
from hotline.kernel.words import Words
from hotline.rulebook.assessment import attendance, evaluation, extras
from hotline.rulebook.assessment.facts import Facts
from hotline.rulebook.assessment.lines import Assessment, Line, Part, Proposal, Sheet, Sort
from hotline.rulebook.parameters.values import Decided, Values, in_force
from hotline.rulebook.roles import FIRST_DAY


def assess(facts: Facts, *, decided: Iterable[Decided] | None = None) -> Assessment:
    """The month of one person by the parameters in force on its first day, as known on `facts.known_on`.

    `decided` are a centre's own values; without them the printed text is taken at its word.
    """
    values = in_force(facts.month, known_on=facts.known_on, decided=decided, overrides=facts.overrides)
    return assess_with(facts, values)


def assess_with(facts: Facts, values: Values) -> Assessment:
    """The month of one person under these values: the same values may serve everybody's month."""
    day = values.day
    first = _attendance(facts, values)
    fines = [*extras.minor_fines.on(day)(facts, values), *extras.major_fines.on(day)(facts, values)]
    second = [
        *evaluation.timeliness_part.on(day)(facts, values),
        *evaluation.accuracy_part.on(day)(facts, values),
        *evaluation.exam_part.on(day)(facts, values),
        *evaluation.other_part.on(day)(facts, values, extras.taken_by_evidence(fines)),
    ]
    second += evaluation.evaluation_floor.on(day)(second, values)
    share = prorata.on(day)
    lines = [*first, *share(first, Part.ATTENDANCE, facts.share, values)]
    lines += [*second, *share(second, Part.OTHER, facts.share, values)]
    lines += extras.rewards.on(day)(facts, values)
    lines += extras.total_cap.on(day)(lines, values)
    if facts.role not in values.reading().names("pay.roles"):
        found = without_money.on(day)([*lines, *fines], facts, values)
        return Assessment(tuple(found), _proposals(facts, found, values), 0)
    kept, uncollected = extras.collect.on(day)(sum(line.fen for line in lines), fines, values)
    lines += [*fines, *kept]
    return Assessment(tuple(lines), _proposals(facts, lines, values), uncollected)


def _attendance(facts: Facts, values: Values) -> list[Line]:
    day = values.day
    lines = [
        *attendance.attendance_award.on(day)(values),
        *attendance.sick_leave.on(day)(facts, values),
        *attendance.personal_leave.on(day)(facts, values),
        *attendance.leave_lines.on(day)(facts, values),
        *attendance.lateness.on(day)(facts, values),
        *attendance.absences.on(day)(facts, values),
    ]
    return [*lines, *attendance.attendance_floor.on(day)(lines, values)]


def _proposals(facts: Facts, lines: list[Line], values: Values) -> tuple[Proposal, ...]:
    day = values.day
    return (
        *extras.talks.on(day)(facts, values),
        *extras.absence_points.on(day)(facts, values),
        *extras.talks_instead_of_fines.on(day)(lines, values),
        *extras.dismissal_reviews.on(day)(facts, values),
    )


@rule("D3.3", since=FIRST_DAY)
def prorata(lines: list[Line], part: Part, share: Fraction, values: Values) -> list[Line]:
    """D3.3: the period is the whole month: who joined or left in it earns the rostered share (reading 53).

    What was earned is shared out, so deductions shrink with it; rounded half up to the fen, once.
    """
    sheet = Sheet(part, values.reading())
    if share == 1 or sheet.read.choice("pay.prorata") == "full":
        return []
    earned = sum(line.fen for line in lines)
    reason = Words(
        "当月入职或离职，按排班 {share} 折算", "Joined or left within the month: {share} of the rostered shifts"
    )
    told = f"{share.numerator}/{share.denominator}"
    sheet.write(Sort.PRORATA, "D3.3", reason(share=told), fen=portion(earned, share) - earned)
    return sheet.lines


@rule("D3.3", since=FIRST_DAY)
def without_money(lines: list[Line], facts: Facts, values: Values) -> list[Line]:
    """D3.3: roles without a monthly bonus are scored all the same; their lines carry no money (reading 52)."""
    sheet = Sheet(Part.ATTENDANCE, values.reading())
    sheet.read.value("pay.roles")
    reason = Words("岗位 {role} 只计分，没有月度奖金", "The role {role} is scored and has no monthly bonus")
    sheet.write(Sort.NONE, "D3.3", reason(role=facts.role))
    return [*sheet.lines, *(replace(line, fen=0) for line in lines)]

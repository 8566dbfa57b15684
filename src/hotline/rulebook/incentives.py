"""The incentive programme (A7.11): each month graded rewards for visible behaviour and contribution."""

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.kernel.rules import Refusal, rule
from hotline.kernel.words import gettext_noop as _
from hotline.rulebook.parameters.values import Reading
from hotline.rulebook.roles import FIRST_DAY

GRADES: Mapping[int, str] = {1: "first", 2: "second", 3: "third"}


@dataclass(frozen=True, slots=True)
class Grade:
    """What a grade gives: fen, and how many people a month at most."""

    fen: int
    most: int


@rule("A7.11", since=FIRST_DAY)
def grade(number: int, read: Reading) -> Grade:
    """A7.11: what the first, second or third grade gives in a month."""
    name = GRADES[number]
    return Grade(read.fen(f"incentive.{name}_yuan"), read.whole(f"incentive.{name}_most"))


@rule("A7.11", since=FIRST_DAY)
def grade_refusals(given: int, of: Grade) -> list[Refusal]:
    """A7.11: a grade is given to as many people of a month as the centre has set, and to no more."""
    if given < of.most:
        return []
    note = _("This grade is given to {most} people a month at most, and that many have it.")
    return [Refusal("A7.11", note, {"most": of.most, "field": "grade"})]

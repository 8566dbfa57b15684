"""What a month costs, by call and by case (A1.3), in whole fen and from the centre's own parameters."""

from dataclasses import dataclass
from fractions import Fraction

from hotline.kernel.money import portion
from hotline.kernel.rules import rule
from hotline.rulebook.parameters.values import Reading
from hotline.rulebook.roles import FIRST_DAY

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Costs:
    """A month in fen. Calls and cases are two views of the same money; None where there is nothing to divide by."""

    people_fen: int
    fixed_fen: int
    call_fen: int | None
    case_fen: int | None

    @property
    def whole_fen(self) -> int:
        """All of it."""
        return self.people_fen + self.fixed_fen


@rule("A1.3", since=FIRST_DAY)
def unit_costs(paid_s: int, calls: int, cases: int, read: Reading) -> Costs | None:
    """A1.3: paid time at the cost of an hour, and the fixed cost, over calls and over cases; None while nothing is set.

    Each amount is rounded half up to the fen, once.
    """
    hour, fixed = read.fen("cost.hour_yuan"), read.fen("cost.month_yuan")
    if not hour and not fixed:
        return None
    people = portion(hour, Fraction(paid_s, HOUR_S))
    return Costs(people, fixed, _each(people + fixed, calls), _each(people + fixed, cases))


def _each(fen: int, number: int) -> int | None:
    return portion(fen, Fraction(1, number)) if number else None

"""How many numbers are dialled by themselves: one for each free person, and none that could pass the cap. Pure."""

from dataclasses import dataclass

THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Floor:
    """What is going on in a progressive campaign."""

    free: int  # people who wait for the next call
    out: int  # numbers being dialled that nobody has answered yet
    held: int  # people who wait for the answer of one of those
    answered: int  # calls that customers picked up within the window
    abandoned: int  # those of them with whom nobody spoke


def over_cap(answered: int, abandoned: int, cap: int) -> bool:
    """Whether more calls were abandoned than `cap` in a thousand answered ones."""
    return abandoned * THOUSAND > cap * answered


def may_pass(floor: Floor, more: int, cap: int) -> bool:
    """Whether the cap could be passed with so many numbers more.

    The worst that can happen: everybody who is being dialled picks up, and each one for whom no person is there is
    abandoned. `more` people are taken from the free ones.
    """
    lines, people = floor.out + more, floor.held + min(more, floor.free)
    worst = floor.abandoned + max(0, lines - people)
    return over_cap(floor.answered + lines, worst, cap)


def to_dial(floor: Floor, cap: int) -> int:
    """How many numbers to dial now: at most one for each free person, and fewer, or none, where the cap might be
    passed; none at all while it is passed."""
    if over_cap(floor.answered, floor.abandoned, cap):
        return 0
    return next((more for more in range(floor.free, 0, -1) if not may_pass(floor, more, cap)), 0)

"""Whom the handbook means by its names of those who decide (D2.8 to D2.11, D4), and who decides when one of them asks.

The handbook writes 主管, 部门主管, 中心主管, 主任, 中心主任, 经理, 组长, 班长 for fewer people than names (reading 64).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum

from hotline.kernel.rules import Dated, rule
from hotline.kernel.words import gettext_noop

FIRST_DAY = date(2020, 1, 1)


class Role(StrEnum):
    """Who decides, by the handbook's ladder from below."""

    TEAM_LEADER = "team_leader"  # 组长, 班长
    SHIFT_LEADER = "shift_leader"  # 值班长
    SUPERVISOR = "supervisor"  # 主管, 部门主管, 中心主管, 呼叫中心主管
    DIRECTOR = "director"  # 主任, 中心主任
    MANAGER = "manager"  # 经理, 运营经理


ROLE_NAMES: Mapping[Role, str] = {
    Role.TEAM_LEADER: gettext_noop("Team leader"),
    Role.SHIFT_LEADER: gettext_noop("Shift leader"),
    Role.SUPERVISOR: gettext_noop("Supervisor"),
    Role.DIRECTOR: gettext_noop("Director"),
    Role.MANAGER: gettext_noop("Manager"),
}
LADDER: tuple[Role, ...] = tuple(Role)

# Reading 64: which position of the centre holds a role of the handbook.
HOLDERS: Dated[Mapping[Role, tuple[str, ...]]] = Dated(
    {
        FIRST_DAY: {
            Role.TEAM_LEADER: ("team_leader",),
            Role.SHIFT_LEADER: ("shift_leader",),
            Role.SUPERVISOR: ("centre_supervisor",),
            Role.DIRECTOR: ("director",),
            Role.MANAGER: ("manager",),
        },
    }
)


def rank(positions: Collection[str], holders: Mapping[Role, tuple[str, ...]]) -> int:
    """How high on the ladder somebody with these positions stands; -1 below all of it."""
    held = [number for number, role in enumerate(LADDER) if not set(positions).isdisjoint(holders[role])]
    return max(held, default=-1)


@rule("D2.8", since=FIRST_DAY)
def deciding_roles(wanted: Sequence[Role], asker: int, held: Collection[Role]) -> tuple[Role, ...]:
    """D2.8: who decides in the end, in order, where the asker himself may stand on the ladder.

    `held` are the roles that somebody else than the asker holds. A step of the asker's own rank or below it, or of a
    role that nobody holds, goes to the next role above. Above the highest there is none: then the highest that
    anybody else holds decides. Nobody decides twice, and nobody can mean an empty answer.
    """
    there = [number for number, role in enumerate(LADDER) if role in held]
    found: list[Role] = []
    for role in wanted:
        least = max(LADDER.index(role), asker + 1)
        above = [number for number in there if number >= least]
        chosen = LADDER[above[0] if above else max(there)] if there else None
        if chosen is not None and chosen not in found:
            found.append(chosen)
    return tuple(sorted(found, key=LADDER.index))

"""Who decides: the handbook's names for roles (reading 64), and nobody about himself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook.roles import HOLDERS, LADDER, Role, deciding_roles, rank

DAY = date(2026, 3, 9)
S, D, M = Role.SUPERVISOR, Role.DIRECTOR, Role.MANAGER
pytestmark = pytest.mark.clause("D2.8")


def decide(wanted: tuple[Role, ...], asker: int, held: tuple[Role, ...] = LADDER) -> tuple[Role, ...]:
    return deciding_roles.on(DAY)(wanted, asker, held)


def test_the_handbooks_names_mean_positions_of_the_centre() -> None:
    holders = HOLDERS.on(DAY)
    assert (holders[S], holders[D], holders[M]) == (("centre_supervisor",), ("director",), ("manager",))
    assert [rank([position], holders) for position in ("operator", "team_leader", "director", "manager")] == [
        -1, 0, 3, 4,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asker", "found"),
    [
        (-1, (S, D)),  # an operator
        (1, (S, D)),  # a shift leader
        (2, (D,)),  # the supervisor: his own step goes to the director, who decides once
        (3, (M,)),  # the director: nobody below him decides about him
        (4, (M,)),  # a manager: another manager
    ],
)
def test_whoever_stands_on_the_ladder_is_decided_about_from_above(asker: int, found: tuple[Role, ...]) -> None:
    assert decide((S, D), asker) == found


def test_a_role_that_nobody_holds_goes_up_and_at_the_top_to_the_highest_there_is() -> None:
    assert decide((S, D), -1, (D,)) == (D,)
    assert decide((S, D), -1, (S, M)) == (S, M)
    assert decide((S, D), 4, (S, D)) == (D,)
    assert decide((S, D), 0, ()) == ()


@given(
    st.lists(st.sampled_from(LADDER), min_size=1, unique=True),
    st.integers(-1, 4),
    st.sets(st.sampled_from(LADDER), min_size=1),
)
def test_somebody_decides_nobody_twice_and_in_the_ladders_order(
    wanted: list[Role], asker: int, held: set[Role]
) -> None:
    found = decide(tuple(wanted), asker, tuple(held))
    assert found
    assert len(set(found)) == len(found)
    assert set(found) <= held
    assert list(found) == sorted(found, key=LADDER.index)

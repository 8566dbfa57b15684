"""What a menu may be: every fault is named, every branch is found, what is written is what was read."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel.workclock import DayKind
from hotline.telephony.logic import menus
from hotline.telephony.logic.menus import Days, Step, StepKind, Tree, Window, branches, problems, read, written
from hotline.telephony.tests.builders import NINE

GOOD = {
    "start": "a",
    "steps": {
        "a": {"kind": "keys", "name": "总菜单", "text": "请按键", "choices": {"1": "b", "2": "c"},
              "silent_to": "b", "wrong_to": "d"},
        "b": {"kind": "queue", "name": "热线", "queue": 1},
        "c": {"kind": "keys", "name": "分菜单", "text": "再按键", "choices": {"9": "a", "1": "b"},
              "silent_to": "b", "wrong_to": "b"},
        "d": {"kind": "end", "name": "再见"},
    },
}  # fmt: skip


def changed(key, **values):
    steps = {name: dict(step) for name, step in GOOD["steps"].items()}
    steps[key] = {**steps.get(key, {}), **values}
    return read({"start": "a", "steps": steps})


def test_a_good_menu_has_no_problem_and_is_written_as_it_was_read():
    tree = read(GOOD)
    assert problems(tree, [1]) == []
    assert read(written(tree)) == tree


@pytest.mark.parametrize(
    ("tree", "step", "note"),
    [
        (changed("e", kind="end"), "e", "No way leads"),
        (changed("a", choices={"1": "b", "2": "nowhere"}), "a", "key leads to a step that does not exist"),
        (changed("a", silent_to=""), "a", "nothing is pressed"),
        (changed("a", text=" "), "a", "says nothing"),
        (changed("a", text="长" * 121), "a", "more than"),
        (changed("a", choices={}), "a", "No key leads"),
        (changed("a", wait=0), "a", "wait must be"),
        (changed("a", silent_repeats=9), "a", "At most"),
        (changed("b", queue=2), "b", "queue that is in use"),
        (changed("c", silent_to="a", choices={"1": "a"}, wrong_to="a"), "", ""),
        (changed("b", kind="say", text="x", to="b"), "b", "no call ever ends"),
        (changed("b", kind="times", windows=[{"days": "any", "opens": "08:00", "to": "d"}], to="d"), "b", "Hours need"),
        (changed("b", kind="times", windows=[], to="d"), "b", "No hours"),
        (read({"start": "z", "steps": {}}), "", "no first step"),
    ],
)
def test_every_fault_is_named(tree, step, note):
    found = problems(tree, [1])
    if not note:
        assert found == [], "going back by a key is no fault while silence leads on"
        return
    assert [one for one in found if one.step == step and note in one.note], found


def test_silence_may_not_go_round():
    tree = changed("c", silent_to="a")
    assert problems(changed("a", silent_to="c"), [1]) == []
    steps = {
        **tree.steps,
        "a": Step("a", StepKind.KEYS, "", "x", (("1", "b"), ("2", "c")), silent_to="c", wrong_to="d"),
    }
    notes = [one.note for one in problems(Tree("a", steps), [1])]
    assert any("circle" in note for note in notes)


def test_no_call_may_be_caught_for_ever():
    steps = {"a": Step("a", StepKind.SAY, "", "x", to="b"), "b": Step("b", StepKind.SAY, "", "y", to="a")}
    assert {one.step for one in problems(Tree("a", steps), [])} == {"a", "b"}


def test_every_edge_is_walked_by_some_branch():
    tree = read(GOOD)
    found = branches(tree)
    walked = {move for branch in found for move in branch.moves}
    assert walked == {(step.key, how, what) for step in tree.steps.values() for how, what, _ in step.edges()}
    assert next((branch.moves, branch.end) for branch in found) == ((("a", "key", "1"),), "b")
    assert [branch.end for branch in found if branch.returns] == ["a"]


KEYS = st.sampled_from(["a", "b", "c", "d"])
STEPS = st.one_of(
    st.builds(lambda q: {"kind": "queue", "queue": q}, st.integers(1, 2)),
    st.builds(lambda to: {"kind": "say", "text": "x", "to": to}, KEYS),
    st.builds(
        lambda choices, silent, wrong: {
            "kind": "keys", "text": "x", "choices": choices, "silent_to": silent, "wrong_to": wrong,
        },
        st.dictionaries(st.sampled_from(menus.DIGITS), KEYS, max_size=3), KEYS, KEYS,
    ),
    st.just({"kind": "end"}),
)  # fmt: skip


@given(st.fixed_dictionaries(dict.fromkeys(("a", "b", "c", "d"), STEPS)))
def test_whatever_is_published_lets_a_silent_caller_end(steps):
    tree = read({"start": "a", "steps": steps})
    if problems(tree, [1, 2]):
        return
    for branch in branches(tree):
        assert branch.returns or tree.steps[branch.end].kind in menus.ENDS
    ahead, steps_taken = [tree.start], 0
    while ahead:
        steps_taken += 1
        assert steps_taken < 1000
        ahead += tree.steps[ahead.pop()].edges_without_caller()


@pytest.mark.parametrize(
    ("window", "kind", "holds"),
    [
        (Window(Days.WORKING, "x"), DayKind.MAKE_UP, True),
        (Window(Days.WORKING, "x"), DayKind.HOLIDAY, False),
        (Window(Days.RESTING, "x"), DayKind.HOLIDAY, True),
        (Window(Days.HOLIDAY, "x"), DayKind.OFF, False),
        (Window(Days.ANY, "x", time(8, 30), time(9)), DayKind.WORKING, False),
        (Window(Days.ANY, "x", time(9), time(9, 1)), DayKind.WORKING, True),
        (Window(Days.ANY, "x", time(22), time(9, 30)), DayKind.WORKING, True),
    ],
)
def test_windows_of_time(window, kind, holds):
    assert window.holds(NINE, kind) is holds

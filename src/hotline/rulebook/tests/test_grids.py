"""Values with several rows: what they take, and the row that a refusal is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook.leave import KINDS
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.grids import BadRow
from hotline.rulebook.parameters.kinds import BadValue
from hotline.rulebook.parameters.lists.leave import COUNTS, ONLY, ROLES
from hotline.rulebook.parameters.lists.leave import KINDS as NAMES
from hotline.rulebook.parameters.telling import may_be, value_words
from hotline.rulebook.parameters.values import in_force
from hotline.rulebook.roles import FIRST_DAY

pytestmark = pytest.mark.clause("D3.1")
CHAIN, COUNT, PAPERS = (PARAMETERS[key] for key in ("leave.chain", "leave.count", "leave.papers_from"))
ANY = [{"roles": ["supervisor"]}]


def printed(parameter):
    return parameter.values[0].raw


def test_every_kind_of_the_handbook_has_a_row():
    for kinds in (kinds for _day, kinds in KINDS.items()):
        assert [kind.code.value for kind in kinds] == list(NAMES)


@pytest.mark.clause("D2.8", "D2.9")
@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([], "1 to 3 steps"),
        ([{"roles": []}], "or nobody could"),
        ([{"roles": ["operator"]}], "different ones of"),
        ([{"roles": ["director", "director"]}], "different ones of"),
        ([{"below": "2", "roles": ["director"]}], "no days at the last step"),
        ([{"roles": ["director"]}, *ANY], "days that rise"),
        ([{"below": "0", "roles": ["director"]}, *ANY], "days that rise"),
        ([{"below": "1.3", "roles": ["director"]}, *ANY], "in halves"),
        ([{"below": "3", "roles": ["director"]}, {"below": "3", "roles": ["director"]}, *ANY], "above 3"),
        ([{"below": "400", "roles": ["director"]}, *ANY], "at most 366"),
        ([{"below": "1", "roles": ["director"]}] * 3 + ANY, "1 to 3 steps"),
        ([{"days": "2", "roles": ["director"]}], "steps of"),
        (["director"], "steps of"),
        ("director", "1 to 3 steps"),
    ],
)
def test_approvals_that_cannot_be_say_which_leave_and_why(steps, why):
    with pytest.raises(BadRow, match="Personal leave") as fault:
        CHAIN.parsed(printed(CHAIN) | {"personal": steps})
    assert (why in fault.value.expected.en, fault.value.row) == (True, "personal")


@pytest.mark.parametrize("raw", [{}, [], None, {"sick": ANY}])
def test_every_row_must_be_there(raw):
    for parameter in (CHAIN, COUNT):
        with pytest.raises(BadValue, match="for each of"):
            parameter.parsed(raw)


@pytest.mark.clause("D4.4", "D4.5")
@pytest.mark.parametrize("row", list(ONLY))
@pytest.mark.parametrize("count", list(COUNTS))
def test_what_the_law_counts_by_cannot_be_counted_otherwise(row, count):
    raw = printed(COUNT) | {row: count}
    if count in ONLY[row].names:
        assert COUNT.parsed(raw)
    else:
        with pytest.raises(BadRow, match=r"Art|the law"):
            COUNT.parsed(raw)


def test_an_unknown_count_is_refused_in_its_row():
    with pytest.raises(BadRow, match="Sick leave: one of"):
        COUNT.parsed(printed(COUNT) | {"sick": "weeks"})


@pytest.mark.clause("D2.8")
@pytest.mark.parametrize("raw", ["0", "0.7", "31.5", 0, None, 1.5])
def test_a_certificate_is_asked_for_from_half_days_on(raw):
    with pytest.raises(BadValue, match="in steps of"):
        PAPERS.parsed(raw)


ONE = st.lists(st.sampled_from(list(ROLES)), min_size=1, max_size=3, unique=True)


@st.composite
def ladders(draw):
    limits = sorted(draw(st.sets(st.integers(1, 732), max_size=2)))
    shorter = [{"below": f"{limit / 2:g}", "roles": draw(ONE)} for limit in limits]
    return [*shorter, {"roles": draw(ONE)}]


@given(ladders())
def test_approvals_come_back_as_they_were_given_in_order(steps):
    shown = CHAIN.shown(CHAIN.parsed(printed(CHAIN) | {"sick": steps}))
    assert [step.get("below") for step in shown["sick"]] == [step.get("below") for step in steps]
    order = list(ROLES)
    assert [step["roles"] for step in shown["sick"]] == [sorted(step["roles"], key=order.index) for step in steps]
    assert CHAIN.shown(CHAIN.parsed(shown)) == shown
    values = in_force(FIRST_DAY, overrides={"leave.chain": shown})
    assert values.reading().ladders("leave.chain")["sick"][-1][0] is None  # whatever the length, somebody decides


def test_they_are_told_in_words():
    said = value_words(CHAIN, printed(CHAIN))
    assert said.zh.startswith("病假：不满 2 天：主管，2 天及以上：主管、主任；事假：")
    assert "Annual leave: Director;" in said.en
    assert "病假：缺勤的排班；" in value_words(COUNT, printed(COUNT)).zh
    for parameter in PARAMETERS.values():
        assert "{" not in may_be(parameter.kind).zh, parameter.key

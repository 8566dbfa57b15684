"""What holds for every month, whatever happened in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook.assessment.lines import Part
from hotline.rulebook.tests.assessing import judged, month

pytestmark = pytest.mark.clause("D3.11", "D3.15")

EVIDENCE = st.sampled_from([f"e{n}" for n in range(8)])
HALF_DAYS = st.integers(1, 30).map(lambda half: f"{half // 2}.{half % 2 * 5}")
LEAVE = st.fixed_dictionaries(
    {"kind": st.sampled_from(["sick", "personal", "annual"]), "days": HALF_DAYS, "spell": EVIDENCE}
)
ATTENDANCE = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["late", "early_leave", "absent"]),
        "seconds": st.integers(0, 20_000),
        "evidence": EVIDENCE,
    }
)
OVER = st.fixed_dictionaries({"case": EVIDENCE, "seconds": st.integers(0, 900), "excused": st.booleans()})
CONDUCT = st.fixed_dictionaries({"points": st.integers(1, 10), "evidence": EVIDENCE})
REWARD = st.fixed_dictionaries({"points": st.integers(1, 5), "evidence": EVIDENCE})
BREACH = st.fixed_dictionaries(
    {"clause": st.sampled_from(["D6.1", "D6.2"]), "kind": st.just("k"), "evidence": EVIDENCE}
)
ROWS = {
    "leave": LEAVE,
    "attendance": ATTENDANCE,
    "over_limit": OVER,
    "conduct": CONDUCT,
    "rewards": REWARD,
    "breaches": BREACH,
}
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "step.counts": st.sampled_from(["completed", "started"]),
        "timeliness.combine": st.sampled_from(["sum", "max"]),
        "timeliness.shared_cap": st.booleans(),
        "fine_policy": st.sampled_from(["bonus", "forbid"]),
        "late.yuan": st.sampled_from(["0", "3.5", "50"]),
        "leave.points_per": st.sampled_from(["spell", "request", "day"]),
        "leave.unit": st.sampled_from(["0.5", "1"]),
    },
)


@st.composite
def months(draw):
    handled = draw(st.integers(0, 400))
    count = draw(st.integers(1, 400))
    return month(
        month=draw(st.sampled_from(["2026-10", "2026-11"])),
        role=draw(st.sampled_from(["operator", "operator", "shift_leader"])),
        parameters=draw(PARAMETERS),
        holdings=draw(st.sampled_from([None, {"count": count, "seconds": draw(st.integers(0, 900 * count))}])),
        accuracy={"total": handled, "wrong": draw(st.integers(0, handled))},
        exam=draw(st.sampled_from([None, {"score": f"{draw(st.integers(0, 1000)) / 10}"}, {"absent": "unexcused"}])),
        employed=draw(st.sampled_from([None, None, {"shifts": draw(st.integers(1, 22)), "of": 22}])),
        **{name: draw(st.lists(row, max_size=12)) for name, row in ROWS.items()},
    )  # fmt: skip


def figures(raw):
    found = judged(raw)
    return float(found["points"]), float(found["yuan"])


@given(months())
def test_lines_add_up_and_no_part_goes_below_nothing(raw):
    found = judged(raw)  # which checks the sums
    assert 0 <= int(found["points"]) <= 110
    assert 0 <= float(found["yuan"]) <= 400
    assert float(found["uncollected"]) >= 0
    for part in Part:
        points = sum(int(line["points"]) for line in found["lines"] if line["part"] == part)
        most = {"bonus": 10, "breach": 0}.get(part, 20)
        assert 0 <= points <= most, part


@given(months(), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(raw, chance):
    mixed = {key: chance.sample(value, len(value)) if isinstance(value, list) else value for key, value in raw.items()}
    assert judged(mixed) == judged(raw)


@given(months(), st.sampled_from([name for name in ROWS if name != "rewards"]), st.data())
def test_one_more_fact_against_a_person_never_raises_anything(raw, name, data):
    row = data.draw(ROWS[name])
    if name == "over_limit":  # an excuse takes the whole case out (reading 25), so what is added is no excuse
        row["excused"] = False
    more = raw | {name: [*raw[name], row]}
    before, after = figures(raw), figures(more)
    assert after[0] <= before[0]
    assert after[1] <= before[1]


@given(months(), REWARD)
def test_one_more_reward_never_lowers_anything(raw, row):
    before, after = figures(raw), figures(raw | {"rewards": [*raw["rewards"], row]})
    assert after[0] >= before[0]
    assert after[1] == before[1]


@given(months(), st.data())
def test_an_excuse_never_lowers_anything(raw, data):
    before = figures(raw)
    excused = [row | {"excused": row["excused"] or data.draw(st.booleans())} for row in raw["over_limit"]]
    after = figures(raw | {"over_limit": excused, "leave": [row | {"exempt": True} for row in raw["leave"]]})
    assert after[0] >= before[0]
    assert after[1] >= before[1]


@given(months(), st.integers(0, 50_000), st.integers(1, 200))
def test_slower_wronger_and_less_learned_never_pay(raw, more_seconds, less):
    base = raw | {"holdings": raw.get("holdings") or {"count": 10, "seconds": 3000}, "exam": {"score": "85"}}
    before = figures(base)
    slow = base["holdings"] | {"seconds": base["holdings"]["seconds"] + more_seconds}
    wrong = base["accuracy"] | {"wrong": min(base["accuracy"]["total"], base["accuracy"]["wrong"] + less)}
    for worse in ({"holdings": slow}, {"accuracy": wrong}, {"exam": {"score": str(85 - min(85, less))}}):
        after = figures(base | worse)
        assert after[0] <= before[0]
        assert after[1] <= before[1]

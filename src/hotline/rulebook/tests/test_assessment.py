"""The monthly assessment by example: one table, each row a reading (docs/areas/rulebook.md)."""

import pytest

from hotline.rulebook.tests.assessing import breaches, judged, late, month, over, published, result, spell

STARTED = {"parameters": {"step.counts": "started"}}
ABSENT = {"kind": "absent", "seconds": 0, "evidence": "shift-9"}


def holdings(seconds: int) -> dict[str, object]:
    return {"holdings": {"count": 1, "seconds": seconds}}


ROWS = [
    # timeliness: readings 20 to 25
    ("D3.7", "average of exactly 5:00", holdings(300), "100", "400", "0"),
    ("D3.7", "5:59 is no whole minute", holdings(359), "100", "400", "0"),
    ("D3.7", "5:59, steps begun", holdings(359) | STARTED, "98", "390", "0"),
    ("D3.7", "5:00.5, steps begun", {"holdings": {"count": 2, "seconds": 601}} | STARTED, "98", "390", "0"),
    ("D3.7", "exactly 5:00, steps begun", holdings(300) | STARTED, "100", "400", "0"),
    ("D3.7", "6:00", holdings(360), "98", "390", "0"),
    ("D3.7", "10:00: the money's cap exactly", holdings(600), "90", "350", "0"),
    ("D3.7", "11:00: points go on, money does not", holdings(660), "88", "350", "0"),
    ("D3.7", "one hour", holdings(3600), "80", "350", "0"),
    ("D3.7", "no holdings: nothing to average", {"holdings": None}, "100", "400", "0"),
    ("D3.7", "no holdings counted", {"holdings": {"count": 0, "seconds": 0}}, "100", "400", "0"),
    ("D3.7", "10 cases: both caps exactly", {"over_limit": over(10)}, "80", "350", "0"),
    ("D3.7", "a case at exactly 5:00", {"over_limit": over(1, 300)}, "100", "400", "0"),
    ("D3.7", "the same case held twice counts once", {"over_limit": over(1) + over(1, 500)}, "98", "395", "0"),
    ("D3.7", "an excused case", {"over_limit": [{"case": "C1", "seconds": 900, "excused": True}]}, "100", "400", "0"),
    ("D3.7", "a case and the average are added", holdings(420) | {"over_limit": over(2)}, "92", "370", "0"),
    (
        "D3.7",
        "or the larger, in points and in money apart",
        holdings(480) | {"over_limit": over(4), "parameters": {"timeliness.combine": "max"}},
        "92",
        "370",
        "0",
    ),
    (
        "D3.7",
        "two caps of 50 yuan, one of 20 points",
        holdings(3600) | {"over_limit": over(30), "parameters": {"timeliness.shared_cap": False}},
        "80",
        "300",
        "0",
    ),
    (
        "D3.13",
        "all lost with two caps: the evaluation costs no more than its bonus",
        holdings(3600)
        | {
            "over_limit": over(30),
            "accuracy": {"total": 10, "wrong": 10},
            "exam": {"absent": "unexcused"},
            "conduct": [{"points": 10, "evidence": "i1"}, {"points": 10, "evidence": "i2"}],
            "parameters": {"timeliness.shared_cap": False},
        },
        "20",
        "200",
        "0",
    ),
    # accuracy: readings 26, 28 to 30
    ("D3.8", "97 % reached", {"accuracy": {"total": 1000, "wrong": 30}}, "100", "400", "0"),
    ("D3.8", "96.9 %: no whole point", {"accuracy": {"total": 1000, "wrong": 31}}, "100", "400", "0"),
    ("D3.8", "96.9 %, steps begun", {"accuracy": {"total": 1000, "wrong": 31}} | STARTED, "96", "390", "0"),
    ("D3.8", "96 %", {"accuracy": {"total": 1000, "wrong": 40}}, "96", "390", "0"),
    ("D3.8", "92 %: both caps exactly", {"accuracy": {"total": 1000, "wrong": 80}}, "80", "350", "0"),
    ("D3.8", "none right", {"accuracy": {"total": 3, "wrong": 3}}, "80", "350", "0"),
    ("D3.8", "no cases", {"accuracy": {"total": 0, "wrong": 0}}, "100", "400", "0"),
    ("D3.8", "a small sample", {"accuracy": {"total": 29, "wrong": 29, "sample": True}}, "100", "400", "0"),
    ("D3.8", "a sample large enough", {"accuracy": {"total": 30, "wrong": 30, "sample": True}}, "80", "350", "0"),
    ("D3.8", "98 % from November", {"month": "2026-11", "accuracy": {"total": 100, "wrong": 2}}, "96", "390", "0"),
    ("D3.8", "99 % from November", {"month": "2026-11", "accuracy": {"total": 100, "wrong": 1}}, "100", "400", "0"),
    (
        "D3.1",
        "98 % in November, as known before the decision",
        {"month": "2026-11", "known_on": "2026-10-19", "accuracy": {"total": 100, "wrong": 2}},
        "100",
        "400",
        "0",
    ),
    # exam: readings 32 to 35
    ("D3.9", "80", {"exam": {"score": "80"}}, "100", "400", "0"),
    ("D3.9", "79.9: no whole step", {"exam": {"score": "79.9"}}, "100", "400", "0"),
    ("D3.9", "79.9, steps begun", {"exam": {"score": "79.9"}} | STARTED, "96", "390", "0"),
    (
        "D3.9",
        "79.9, only the exam by steps begun",
        holdings(359) | {"exam": {"score": "79.9"}, "parameters": {"exam.step": "started"}},
        "96",
        "390",
        "0",
    ),
    ("D3.9", "75", {"exam": {"score": "75"}}, "96", "390", "0"),
    ("D3.9", "55: nothing left", {"exam": {"score": 55}}, "80", "350", "0"),
    ("D3.9", "0", {"exam": {"score": "0"}}, "80", "350", "0"),
    ("D3.9", "no exam", {"exam": None}, "100", "400", "0"),
    ("D3.9", "absent with an excuse", {"exam": {"absent": "excused"}}, "100", "400", "0"),
    ("D3.9", "absent without one", {"exam": {"absent": "unexcused"}}, "80", "350", "0"),
    ("D3.9", "90 from November", {"month": "2026-11", "exam": {"score": "90"}}, "100", "400", "0"),
    ("D3.9", "65 from November: nothing left", {"month": "2026-11", "exam": {"score": "65"}}, "80", "350", "0"),
    ("D3.9", "66 from November: four steps", {"month": "2026-11", "exam": {"score": "66"}}, "84", "360", "0"),
    # leave: readings 55 to 58, 74
    ("D3.4", "half a day sick", {"leave": [spell("sick", "0.5")]}, "96", "395", "0"),
    ("D3.4", "6.5 days sick", {"leave": [spell("sick", "6.5")]}, "96", "335", "0"),
    ("D3.4", "7 days sick", {"leave": [spell("sick", "7")]}, "96", "200", "0"),
    ("D3.5", "half a day personal", {"leave": [spell("personal", "0.5")]}, "96", "385", "0"),
    ("D3.5", "4.5 days personal", {"leave": [spell("personal", "4.5")]}, "96", "265", "0"),
    ("D3.5", "5 days personal", {"leave": [spell("personal", "5")]}, "96", "200", "0"),
    ("D3.5", "6 sick and 4 personal", {"leave": [spell("sick", "6"), spell("personal", "4")]}, "92", "220", "0"),
    ("D3.5", "6.5 and 4.5: 200 at most", {"leave": [spell("sick", "6.5"), spell("personal", "4.5")]}, "92", "200", "0"),
    (
        "D3.4",
        "7 sick and 5 personal: lost once",
        {"leave": [spell("sick", "7"), spell("personal", "5")]},
        "92",
        "200",
        "0",
    ),
    (
        "D3.12",
        "an extension belongs to its spell",
        {"leave": [spell("sick", "1"), spell("sick", "2")]},
        "96",
        "370",
        "0",
    ),
    ("D3.12", "six spells: 20 points", {"leave": [spell("sick", "0.5", f"s{n}") for n in range(6)]}, "80", "370", "0"),
    ("D3.12", "leave that the law gives", {"leave": [spell("maternity", "31")]}, "100", "400", "0"),
    ("D3.12", "exempted", {"leave": [spell("sick", "20") | {"exempt": True}]}, "100", "400", "0"),
    # lateness: readings 9 to 11, 44 to 46
    ("D3.12", "late once", {"attendance": late(1)}, "98", "400", "0"),
    ("D3.12", "late 11 times", {"attendance": late(11)}, "80", "400", "0"),
    ("D3.12", "told twice of one shift", {"attendance": late(1) + late(1, 900)}, "98", "400", "0"),
    (
        "D3.12",
        "late and early on one shift",
        {"attendance": [*late(1), {"kind": "early_leave", "seconds": 400, "evidence": "shift-1"}]},
        "96",
        "400",
        "0",
    ),
    ("D3.12", "the caps share 20", {"attendance": late(10), "leave": [spell("sick", "1")]}, "80", "390", "0"),
    ("D6.2", "late by exactly 3:00:00", {"attendance": late(1, 10_800)}, "98", "400", "0"),
    ("D6.2", "late by 3:00:01", {"attendance": late(1, 10_801)}, "98", "350", "0"),
    (
        "D6.2",
        "left early by 4 hours is no such breach",
        {"attendance": [{"kind": "early_leave", "seconds": 14_400, "evidence": "s"}]},
        "98",
        "400",
        "0",
    ),
    ("D6.2", "absent for a shift", {"attendance": [ABSENT]}, "100", "350", "0"),
    (
        "D6.2",
        "absent, told again as a breach",
        {"attendance": [ABSENT], "breaches": [{"clause": "D6.2", "kind": "absent", "evidence": "shift-9"}]},
        "100",
        "350",
        "0",
    ),
    (
        "D3.12",
        "money for lateness, where a centre sets one",
        {"attendance": late(2), "parameters": {"late.yuan": "5"}},
        "96",
        "390",
        "0",
    ),
    # other work, rewards: readings 37 to 43
    ("D3.10", "3 points", {"conduct": [{"points": 3, "evidence": "i1"}]}, "97", "392.5", "0"),
    (
        "D3.10",
        "20 points: both caps exactly",
        {"conduct": [{"points": 10, "evidence": "i1"}, {"points": 10, "evidence": "i2"}]},
        "80",
        "350",
        "0",
    ),
    (
        "D3.14",
        "two rewards",
        {"rewards": [{"points": 5, "evidence": "r1"}, {"points": 1, "evidence": "r2"}]},
        "106",
        "400",
        "0",
    ),
    (
        "D3.14",
        "three of 5: 10 at most",
        {"rewards": [{"points": 5, "evidence": f"r{n}"} for n in range(3)]},
        "110",
        "400",
        "0",
    ),
    (
        "D3.15",
        "one reward told twice",
        {"rewards": [{"points": 5, "evidence": "r"}, {"points": 5, "evidence": "r"}]},
        "105",
        "400",
        "0",
    ),
    # fines: readings 45 to 49
    ("D6.1", "one", {"breaches": breaches(1)}, "100", "380", "0"),
    ("D6.1", "21: one more than the bonus covers", {"breaches": breaches(21)}, "100", "0", "20"),
    ("D6.2", "a grave one", {"breaches": breaches(1, "D6.2")}, "100", "350", "0"),
    ("D6.2", "nine grave ones", {"breaches": breaches(9, "D6.2")}, "100", "0", "50"),
    (
        "D6.1",
        "no fines in this centre",
        {"breaches": breaches(3), "parameters": {"fine_policy": "forbid"}},
        "100",
        "400",
        "0",
    ),
    (
        "D3.15",
        "points set for a fined breach: its money once",
        {"breaches": breaches(1), "conduct": [{"points": 4, "evidence": "breach-1"}]},
        "96",
        "380",
        "0",
    ),
    (
        "D3.15",
        "or the larger of the two",
        {"breaches": breaches(1), "conduct": [{"points": 10, "evidence": "breach-1"}]},
        "90",
        "375",
        "0",
    ),
    # roles and part months: readings 52, 53
    (
        "D3.3",
        "a shift leader",
        {"role": "shift_leader", "breaches": breaches(1), "attendance": late(1)},
        "98",
        "0",
        "0",
    ),
    (
        "D3.3",
        "a shift leader, where the centre pays one",
        {"role": "shift_leader", "parameters": {"pay.roles": ["operator", "shift_leader"]}},
        "100",
        "400",
        "0",
    ),
    ("D3.3", "joined for half of the shifts", {"employed": {"shifts": 11, "of": 22}}, "100", "200", "0"),
    (
        "D3.3",
        "a third of them: rounded once",
        {"employed": {"shifts": 1, "of": 3}, "leave": [spell("sick", "1")]},
        "96",
        "130",
        "0",
    ),
    (
        "D3.3",
        "nothing known but the person",
        dict.fromkeys(("holdings", "accuracy", "exam", "known_on")),
        "100",
        "400",
        "0",
    ),
    (
        "D3.8",
        "parts without facts left out",
        {"holdings": None, "accuracy": None, "exam": None, "parameters": {"na": "none"}},
        "40",
        "250",
        "0",
    ),
]


@pytest.mark.parametrize(
    ("changed", "points", "yuan", "uncollected"),
    [pytest.param(*row[2:], id=row[1], marks=pytest.mark.clause(row[0])) for row in ROWS],
)
def test_a_month_by_example(changed, points, yuan, uncollected):
    assert result(**changed) == (points, yuan, uncollected)


PUBLISHED = published()


@pytest.mark.clause("D3.1", "D3.3", "D3.11", "D3.13")
@pytest.mark.skipif(not PUBLISHED, reason="the published examples are not beside the project")
@pytest.mark.parametrize("example", PUBLISHED, ids=lambda example: f"{example['id']} {example['what']}")
def test_the_published_examples_hold_exactly(example):
    found = judged(example["facts"])
    assert {key: found[key] for key in example["expected"]} == example["expected"]


# ---------------------------------------------------------------- what the lines say


def reasons(found, **wanted):
    return [line["reason"]["en"] for line in found["lines"] if all(line[key] == value for key, value in wanted.items())]


@pytest.mark.clause("D3.11")
def test_what_costs_nothing_says_so():
    found = judged(month(holdings={"count": 1, "seconds": 359}, over_limit=over(1, 300), exam={"score": "79.9"}))
    said = reasons(found, points="0", yuan="0")
    assert len([text for text in said if text.startswith("No deduction because")]) == 5
    assert "No deduction because the average of 5:59 is no whole minute above 5:00" in said


@pytest.mark.clause("D3.13")
def test_a_line_names_clause_evidence_and_parameters():
    found = judged(month(over_limit=[{"case": "C7", "seconds": 301}]))
    [line] = [line for line in found["lines"] if line["evidence"] == ["C7"]]
    assert (line["part"], line["clause"], line["points"], line["yuan"]) == ("timeliness", "D3.7", "-2", "-5")
    assert line["parameters"] == {"case.limit_s": 300, "case.yuan": "5", "case.points": 2}
    assert line["reason"] == {"zh": "案件 C7 在手 5:01，超过 5:00", "en": "Case C7 took 5:01, above 5:00"}


@pytest.mark.clause("D3.15")
def test_a_cap_is_a_line_of_its_own():
    found = judged(month(over_limit=over(12)))
    assert reasons(found, points="4", yuan="10") == ["Up to 20 points, 50 yuan at most: what exceeds it is given back"]


@pytest.mark.clause("A7.15")
def test_three_latenesses_bring_a_talk_and_two_do_not():
    assert judged(month(attendance=late(2)))["proposals"] == []
    [talk] = judged(month(attendance=late(3)))["proposals"]
    assert (talk["kind"], talk["clause"], talk["evidence"]) == ("talk", "A7.15", ["shift-1", "shift-2", "shift-3"])


@pytest.mark.clause("D3.6")
def test_all_three_together_only_open_a_review():
    facts = {"attendance": [ABSENT, *late(1)], "leave": [spell("sick", "7")]}
    found = judged(month(**facts))
    assert (found["points"], found["yuan"]) == ("94", "150")
    kinds = [(one["kind"], one["clause"]) for one in found["proposals"]]
    assert kinds == [("points", "D3.10"), ("dismissal_review", "D3.6")]
    assert found["proposals"][1]["stop"]["en"] == "Check the medical period, pregnancy, maternity and nursing first"


@pytest.mark.clause("D3.4", "D3.5")
def test_a_year_of_leave_opens_a_review_with_what_the_law_says():
    year = {"sick_days": "30.5", "personal_days": "30", "longest_sick_month": "6", "absences": 0, "latenesses": 0}
    [review] = judged(month(year=year | {"medical_period": True}))["proposals"]
    assert (review["clause"], review["stop"]["en"]) == ("D3.4", "The law forbids dismissal within the medical period")
    assert judged(month(year=year | {"sick_days": "30"}))["proposals"] == []
    [unknown] = judged(month(year=year))["proposals"]
    assert unknown["stop"]["en"].startswith("Check the medical period")  # never without what the law says


@pytest.mark.clause("D6.1")
def test_a_centre_that_takes_no_fines_talks_instead():
    found = judged(month(breaches=breaches(2), parameters={"fine_policy": "forbid"}))
    assert [(one["kind"], one["clause"]) for one in found["proposals"]] == [("talk", "D6.1")] * 2


@pytest.mark.clause("D3.3")
def test_a_role_without_money_says_so():
    found = judged(month(role="team_leader"))
    assert reasons(found, clause="D3.3")[0] == "The role team_leader is scored and has no monthly bonus"

"""`./run assess`: what it takes, what it refuses, and how it ends; in this process, without a database."""

import json

import pytest

from hotline.rulebook.assessment import cli
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.tests.assessing import CLEAN, month, published

pytestmark = pytest.mark.clause("D3.2", "D3.11")


@pytest.fixture
def run(tmp_path, capsysbinary):
    def go(content):
        path = tmp_path / "facts.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        status = cli.main([str(path)])
        said = capsysbinary.readouterr()
        return status, said.out.decode(), said.err.decode()

    return go


def test_one_person_gets_an_object(run):
    status, out, err = run(CLEAN)
    found = json.loads(out)
    assert (status, err, list(found)) == (
        0,
        "",
        ["person", "month", "points", "yuan", "uncollected", "lines", "proposals"],
    )
    assert (found["person"], found["month"], found["points"], found["yuan"]) == ("p1", "2026-10", "100", "400")
    assert list(found["lines"][0]) == ["part", "clause", "points", "yuan", "reason", "evidence", "parameters"]


def test_a_list_gets_a_list_in_the_same_order(run):
    status, out, _err = run([month(person="b"), month(person="a", exam={"score": "75"})])
    assert status == 0
    assert [(one["person"], one["points"]) for one in json.loads(out)] == [("b", "100"), ("a", "96")]
    assert run([])[:2] == (0, "[]\n")


def test_no_number_of_the_answer_is_a_binary_float(run):
    _status, out, _err = run(
        month(conduct=[{"points": 3, "evidence": "i"}], parameters={"other.yuan_per_point": "2.5"})
    )

    def never(text):
        raise AssertionError(text)

    json.loads(out, parse_float=never)


REFUSED = [
    (b"", "line 1 column 1: expected JSON"),
    (b"\xff\xfe", "expected text in UTF-8"),
    (b"[" * 100_000, "expected JSON that is not nested so deeply"),
    (b'{"a": 1, "a": 2}', "a: expected each field once"),
    (
        b'{"person": "p", "month": "2026-10", "role": "operator", "holdings": {"count": '
        + b"9" * 5000
        + b', "seconds": 1}}',
        "expected numbers of a reasonable length",
    ),
    (b"3", "expected an object or a list of objects, not 3"),
    ([CLEAN, 5], "[1]: expected an object, not 5"),
    (month(person=None), "person: expected this field, and it is missing"),
    (month(person="\ud800"), "person: expected whole characters"),
    (month(role="operater"), "role: expected one of operator"),
    (month(month="2026-13"), 'month: expected a month such as "2026-10", not "2026-13"'),
    (month(month="2019-12"), "month: expected a month from 2020-01 on"),
    (month(known_on="2026-02-30"), "known_on: expected a date"),
    (month(bonus=3), "bonus: expected one of the fields"),
    (
        month(holdings={"count": 1.0, "seconds": 5}),
        "holdings.count: expected a whole number from 0 to 1000000000000, not the binary float 1.0",
    ),
    (month(holdings={"count": -1, "seconds": 5}), "holdings.count: expected a whole number"),
    (month(holdings={"count": 0, "seconds": 5}), "holdings.count: expected at least 1"),
    (month(holdings={"count": 1}), "holdings.seconds: expected this field"),
    (month(holdings=[]), "holdings: expected an object, not a list"),
    (month(leave={}), "leave: expected a list"),
    (month(leave=[{"kind": "sick", "days": 2.5, "spell": "s"}]), "leave[0].days: expected a number from 0 to 31"),
    (month(leave=[{"kind": "sick", "days": "0.3", "spell": "s"}]), "leave[0].days: expected days in halves"),
    (
        month(leave=[{"kind": "sik", "days": "1", "spell": "s"}]),
        "leave[0].kind: expected sick, personal or another kind",
    ),
    (
        month(attendance=[{"kind": "tardy", "seconds": 1, "evidence": "e"}]),
        "attendance[0].kind: expected one of late, early_leave, absent",
    ),
    (month(attendance=[{"kind": "late", "evidence": "e"}]), "attendance[0].seconds: expected this field"),
    (month(over_limit=[{"case": "c", "seconds": True}]), "over_limit[0].seconds: expected a number"),
    (
        month(over_limit=[{"case": "c", "seconds": 1, "excused": "yes"}]),
        "over_limit[0].excused: expected true or false",
    ),
    (month(accuracy={"total": 3, "wrong": 4}), "accuracy.wrong: expected a whole number from 0 to 3, not 4"),
    (month(exam={"score": "100.1"}), "exam.score: expected a number from 0 to 100"),
    (month(exam={}), "exam: expected {"),
    (month(exam={"score": "1", "absent": "excused"}), "exam: expected either a score or an absence"),
    (month(exam={"absent": "ill"}), "exam.absent: expected one of excused, unexcused"),
    (month(conduct=[{"points": 11, "evidence": "e"}]), "conduct[0].points: expected whole points from 1 to 10"),
    (month(rewards=[{"points": 6, "evidence": "e"}]), "rewards[0].points: expected whole points from 1 to 5"),
    (month(rewards=[{"points": "1.5", "evidence": "e"}]), "rewards[0].points: expected whole points"),
    (
        month(breaches=[{"clause": "D6.3", "kind": "k", "evidence": "e"}]),
        "breaches[0].clause: expected one of D6.1, D6.2",
    ),
    (month(breaches=[{"clause": "D6.1", "kind": "", "evidence": "e"}]), "breaches[0].kind: expected a text"),
    (
        month(parameters={"step.count": "started"}),
        "parameters.step.count: expected a key of the rulebook, perhaps step.counts",
    ),
    (
        month(parameters={"step.counts": "half"}),
        'parameters.step.counts: expected one of "completed", "started", not "half"',
    ),
    (month(parameters={"accuracy.target": 97.5}), "parameters.accuracy.target: expected a number from 0 to 100"),
    (month(parameters={"timeliness.shared_cap": 1}), "parameters.timeliness.shared_cap: expected true or false, not 1"),
    (
        month(parameters={"role.map": []}),
        "parameters.role.map: expected nothing: this table changes with a release",
    ),
    (
        month(parameters={"leave.chain": []}),
        "parameters.leave.chain: expected an object with 1 to 3 steps for each of",
    ),
]


@pytest.mark.parametrize(("content", "said"), REFUSED, ids=[said for _content, said in REFUSED])
def test_wrong_input_is_named_with_its_place(run, content, said):
    status, out, err = run(content)
    assert (status, out) == (2, "")
    assert err.startswith("assess: ")
    assert "facts.json: " in err
    assert said in err
    assert err.count("\n") == 1


def test_a_file_that_is_not_there(tmp_path, capsysbinary):
    assert cli.main([str(tmp_path / "none.json")]) == 2
    said = capsysbinary.readouterr()
    assert said.out == b""
    assert b"none.json: the whole file: expected one that can be read" in said.err


def test_without_a_file_nothing_is_printed(capsysbinary):
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert (ended.value.code, capsysbinary.readouterr().out) == (2, b"")


def test_every_key_of_the_rulebook_may_be_overridden_with_its_own_value(run):
    shown = {}
    for key, parameter in PARAMETERS.items():
        if not parameter.by_release:
            shown[key] = parameter.shown(parameter.parsed(parameter.values[0].raw))
    status, out, err = run(month(parameters=shown))
    assert (status, err, json.loads(out)["yuan"]) == (0, "", "400")


@pytest.mark.skipif(not published(), reason="the published examples are not beside the project")
def test_the_published_facts_are_read_as_they_stand(run):
    status, out, err = run([example["facts"] for example in published()])
    assert (status, err, len(json.loads(out))) == (0, "", len(published()))

"""The published format of shift scheduling, its independent evaluation, and `./run roster-solve` to the letter."""

import json
import subprocess
import sys
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.rosters import solve
from hotline.rosters.logic import check, curtois

pytestmark = pytest.mark.clause("D2.1")
PUBLISHED = Path(__file__).resolve().parents[5] / "shared" / "data" / "wfm" / "curtois"
TEXT = """\
# a fortnight of three people
SECTION_HORIZON
14

SECTION_SHIFTS
# ShiftID, Length in mins, Shifts which cannot follow this shift | separated
E,480,
L,480,E

SECTION_STAFF
# ID, MaxShifts, MaxTotalMinutes, MinTotalMinutes, MaxConsecutiveShifts, MinConsecutiveShifts, MinConsecutiveDaysOff, MaxWeekends
A,E=14|L=14,4320,1920,5,2,2,1
B,E=14|L=0,4320,1920,5,2,2,1
C,E=2|L=14,4320,1920,5,2,2,2

SECTION_DAYS_OFF
A,3
B,10

SECTION_SHIFT_ON_REQUESTS
A,0,E,2
A,1,E,2
C,6,L,4

SECTION_SHIFT_OFF_REQUESTS
B,5,E,3

SECTION_COVER
"""  # noqa: E501 a line of the published files
COVER = "".join(f"{day},{shift},{1 + (day == 1)},100,1\n" for day in range(14) for shift in "EL")
INSTANCE = curtois.read(TEXT + COVER)
A = "EE......EE.EE."


def as_text(*rows):
    """A roster as the command writes it: a letter a day, `.` a day off."""
    return "".join("\t".join(letter.replace(".", "") for letter in row) + "\n" for row in rows)


@pytest.fixture
def instance(tmp_path):
    path = tmp_path / "Instance.txt"
    path.write_text(TEXT + COVER, encoding="utf-8")
    return path


# --- the format ------------------------------------------------------------------------------------------------------


def test_every_section_is_read():
    assert (INSTANCE.days, list(INSTANCE.shifts), list(INSTANCE.staff)) == (14, ["E", "L"], ["A", "B", "C"])
    assert INSTANCE.shifts["L"].bars == {"E"}
    assert INSTANCE.staff["B"].most == {"E": 14, "L": 0}
    assert INSTANCE.days_off == {"A": {3}, "B": {10}}
    assert [(one.person, one.day, one.weight) for one in INSTANCE.on] == [("A", 0, 2), ("A", 1, 2), ("C", 6, 4)]
    assert len(INSTANCE.cover) == 28


@pytest.mark.parametrize(
    ("old", "new", "where", "expected"),
    [
        ("SECTION_HORIZON\n14", "SECTION_HORIZON\nx", "line 3, SECTION_HORIZON, days", "found 'x'"),
        ("SECTION_HORIZON\n14", "SECTION_HORIZON\n0", "line 3, SECTION_HORIZON, days", "at least one day"),
        ("SECTION_HORIZON\n14", "14", "line 2", "expected SECTION_HORIZON before anything else"),
        ("SECTION_SHIFTS", "SECTION_SHIFT", "line 5", "expected one of SECTION_HORIZON"),
        ("L,480,E", "L,480,X", "line 8, SECTION_SHIFTS, shifts which cannot follow", "found 'X'"),
        ("L,480,E", "E,480,E", "line 8, SECTION_SHIFTS, shift", "a name of its own, found 'E'"),
        ("E,480,\n", "E\n", "line 7, SECTION_SHIFTS, the whole line", "expected shift, minutes"),
        ("B,E=14|L=0", "B,E=14|L=", "line 13, SECTION_STAFF, most shifts", "found 'L='"),
        ("4320,1920,5,2,2,2", "4320,1920,5,2,2", "line 14, SECTION_STAFF, the whole line", "expected person, most"),
        ("4320,1920,5,2,2,2", "4320,-5,5,2,2,2", "line 14, SECTION_STAFF, least minutes", "found '-5'"),
        ("A,3\n", "A,14\n", "line 17, SECTION_DAYS_OFF, day", "below 14, found '14'"),
        ("A,3\n", "Z,3\n", "line 17, SECTION_DAYS_OFF, person", "found 'Z'"),
        ("C,6,L,4", "C,6,L,1.5", "line 23, SECTION_SHIFT_ON_REQUESTS, weight", "found '1.5'"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(old, new, where, expected):
    assert old in TEXT
    with pytest.raises(curtois.NotReadable) as caught:
        curtois.read(TEXT.replace(old, new, 1) + COVER)
    assert caught.value.where == where
    assert expected in str(caught.value)


def test_a_file_that_ends_too_early_says_what_is_lacking():
    for text, lacking in (
        ("", "HORIZON"),
        ("SECTION_HORIZON\n7\n", "SHIFTS"),
        (TEXT.partition("SECTION_STAFF")[0], "STAFF"),
    ):
        with pytest.raises(curtois.NotReadable) as caught:
            curtois.read(text)
        assert caught.value.where == f"SECTION_{lacking}"


@given(st.text(max_size=300) | st.lists(st.sampled_from(TEXT.splitlines())).map("\n".join))
def test_any_text_is_an_instance_or_is_refused(text):
    with suppress(curtois.NotReadable):
        assert curtois.read(text).days > 0


# --- the evaluation --------------------------------------------------------------------------------------------------

PLANTED = [
    ("EE.E....EE.EE.", "shift on day off 3"),
    ("EE.....LE.....", "E after L on day 8"),
    ("EEEEEE........", "6 shifts in a row from day 0, most 5"),
    ("EE....E..EE...", "1 shifts in a row from day 6, least 2"),
    ("EE..EE.EE.....", "1 days off in a row from day 6, least 2"),
    ("EE............", "960 minutes, not 1920 to 4320"),
    ("....EEE....EEE", "2 weekends, most 1"),
]


@pytest.mark.parametrize(("row", "fault"), PLANTED)
def test_each_hard_rule_is_seen(row, fault):
    found = curtois.evaluate(INSTANCE, as_text(row, "EE..EE........", "LL..LL........"))
    assert f"A: {fault}" in found.hard


def test_a_limit_of_a_shift_is_seen():
    found = curtois.evaluate(INSTANCE, as_text("EE..EE........", "EE..LL........", "EEE.LL........"))
    assert {"B: 2 shifts L, most 0", "C: 3 shifts E, most 2"} <= set(found.hard)


def test_runs_at_the_edges_may_be_short():
    found = curtois.evaluate(INSTANCE, as_text("E..EE..EE..EE.", "..EE..EE......", "L..LL..LL....L"))
    assert [fault for fault in found.hard if "in a row" in fault] == []


def test_requests_and_cover_cost_what_the_file_says():
    rows = as_text(".EE.....EE.EE.", "EE..EE........", "LL....LL......")
    found = curtois.evaluate(INSTANCE, rows)
    given_ = [row.split("\t") for row in rows.splitlines()]
    cover = 0
    for day in range(14):
        for shift in "EL":
            heads = sum(row[day] == shift for row in given_)
            need = 1 + (day == 1)
            cover += 100 * max(0, need - heads) + max(0, heads - need)
    assert found.objective == cover + 2 + 3  # A not early on day 0, B early on day 5


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["", "", "E", "L"]), min_size=14, max_size=14), min_size=3, max_size=3))
def test_our_rules_and_the_evaluation_agree_on_every_roster(rows):
    text = "".join("\t".join(row) + "\n" for row in rows)
    ours, roster = curtois.problem(INSTANCE), curtois.roster(INSTANCE, text)
    judged = curtois.evaluate(INSTANCE, text)
    if not any("day off" in fault for fault in judged.hard):  # with us whoever is away counts for no cover
        assert judged.objective == check.cost(ours, roster)
    assert bool(judged.hard) == (not check.is_lawful(ours, roster))
    assert curtois.write(INSTANCE, roster) == text


@pytest.mark.parametrize(
    ("text", "where"),
    [("E\n", "the whole file"), ("E\n" * 3, "line 1"), (as_text("X" + "." * 13, "." * 14, "." * 14), "line 1, day 0")],
)
def test_what_is_no_roster_is_refused(text, where):
    with pytest.raises(curtois.NotReadable) as caught:
        curtois.read_roster(INSTANCE, text)
    assert caught.value.where == where


# --- the command -----------------------------------------------------------------------------------------------------


def test_it_prints_what_the_written_roster_is_worth(instance, tmp_path, capsys):
    out = tmp_path / "roster.txt"
    assert solve.main([str(instance), "--seconds", "10", "--out", str(out)]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out, parse_float=lambda text: pytest.fail(f"a binary float: {text}"))
    assert list(found) == ["objective", "lower_bound", "hard_violations", "seconds"]
    assert [type(value) for value in found.values()] == [int, int, int, str]
    judged = curtois.evaluate(INSTANCE, out.read_text(encoding="utf-8"))
    assert (found["objective"], found["hard_violations"]) == (judged.objective, 0)
    assert found["lower_bound"] == found["objective"]  # so small a one is solved to the end
    assert Decimal(found["seconds"]) < 60
    assert "objective" in told.err


def test_what_is_wrong_is_named_and_nothing_is_written(instance, tmp_path, capsys):
    bad = tmp_path / "bad.txt"
    bad.write_text(TEXT.replace("B,E=14", "B,X=14") + COVER, encoding="utf-8")
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"SECTION_HORIZON\n\xff")
    out = tmp_path / "out.txt"
    nowhere = tmp_path / "nowhere" / "out.txt"
    for words, said in (
        ([bad, "--out", out], f"{bad}: line 13, SECTION_STAFF, most shifts: expected SHIFT=NUMBER"),
        ([binary, "--out", out], f"{binary}: byte 16: expected text in UTF-8"),
        ([tmp_path / "absent", "--out", out], f"{tmp_path / 'absent'}: the whole file: expected one that can be read"),
        ([tmp_path, "--out", out], f"{tmp_path}: the whole file: "),
        ([instance, "--out", nowhere], f"{nowhere}: the whole file: expected one that can be written"),
    ):
        assert solve.main([str(word) for word in words]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert said in told.err
    assert not out.exists()


@pytest.mark.parametrize("words", [[], ["--seconds", "0"], ["--seconds", "x"], ["--seconds", "1e3"], ["--seed", "x"]])
def test_words_that_make_no_sense_are_refused(words, instance, capsys):
    asked = [str(instance), *words] if words else []
    with pytest.raises(SystemExit) as ended:
        solve.main(asked)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_what_no_roster_can_be_ends_with_1_and_leaves_no_file(tmp_path, capsys):
    path, out = tmp_path / "Instance.txt", tmp_path / "roster.txt"
    path.write_text(TEXT.replace("A,E=14|L=14,4320,1920", "A,E=14|L=14,480,1920") + COVER, encoding="utf-8")
    assert solve.main([str(path), "--seconds", "5", "--out", str(out)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "no roster was found: impossible" in told.err
    assert not out.exists()
    out.write_text("mine", encoding="utf-8")
    assert solve.main([str(path), "--seconds", "5", "--out", str(out)]) == 1
    assert out.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published instances are not beside the project")
def test_the_smallest_published_instance_is_proven_as_a_command(tmp_path):
    out = tmp_path / "roster.txt"
    words = [
        sys.executable,
        "-m",
        "hotline.rosters.solve",
        PUBLISHED / "Instance1.txt",
        "--seconds",
        "60",
        "--out",
        out,
    ]
    ended = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[4])
    found = json.loads(ended.stdout)
    assert (found["objective"], found["lower_bound"], found["hard_violations"]) == (607, 607, 0)

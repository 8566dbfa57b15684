"""`./run attendance`: what others rely on, to the letter."""

import json
import subprocess
import sys
from datetime import date

import pytest

from hotline.attendance import answer
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.values import in_force

pytestmark = pytest.mark.clause("D2.2")


def shift(**more):
    about = {"date": "2026-10-12", "start": "08:30", "end": "17:30", "breaks": [["12:00", "13:00"]]}
    return {
        "shift": about | {"must_clear_queue": False},
        "traces": [{"at": "08:28:00", "kind": "login"}],
        "holdings": [{"case": "C1", "received": "08:30:00", "handled": "08:35:01"}],
        "excuses": [],
        "leave": None,
        "parameters": {},
    } | more


def ask(capsys, tmp_path, question):
    file = tmp_path / "shift.json"
    file.write_text(question if isinstance(question, str) else json.dumps(question), encoding="utf-8")
    status = answer.main([str(file)])
    told = capsys.readouterr()
    return status, told.out, told.err


def judged(capsys, tmp_path, question):
    status, out, err = ask(capsys, tmp_path, question)
    assert (status, err) == (0, "")
    return json.loads(out)


def test_one_shift(capsys, tmp_path):
    found = judged(capsys, tmp_path, shift())
    assert list(found) == ["state", "late_seconds", "early_leave_seconds", "over_limit", "reasons"]
    assert (found["state"], found["late_seconds"], found["early_leave_seconds"]) == ("present", 0, 0)
    assert found["over_limit"] == [{"case": "C1", "seconds": 301}]
    for reason in found["reasons"]:
        assert list(reason) == ["clause", "zh", "en", "evidence"]
        assert reason["zh"]
        assert reason["en"]
        assert isinstance(reason["evidence"], list)


def test_a_list_is_answered_in_its_order(capsys, tmp_path):
    late = shift(traces=[])
    found = judged(capsys, tmp_path, [shift(), late, shift(traces=[], holdings=[]), shift(leave="sick")])
    assert [one["state"] for one in found] == ["present", "late", "unknown", "leave"]
    assert found[1]["late_seconds"] == 301
    assert judged(capsys, tmp_path, []) == []


def test_only_the_shift_itself_is_needed(capsys, tmp_path):
    about = {"date": "2026-10-12", "start": "22:00", "end": "06:00+1"}
    assert judged(capsys, tmp_path, {"shift": about})["state"] == "unknown"
    holdings = [{"case": 17, "received": "23:59", "handled": "00:05:00+1"}, {"case": 18, "received": "05:00+1"}]
    found = judged(capsys, tmp_path, {"shift": about | {"must_clear_queue": True}, "holdings": holdings})
    assert (found["state"], found["late_seconds"], found["early_leave_seconds"]) == ("late", 7500, 3600)
    assert found["over_limit"] == [{"case": 17, "seconds": 360}, {"case": 18, "seconds": 3600}]


@pytest.mark.parametrize(
    ("leave", "state"),
    [
        (None, "late"),
        ("sick", "leave"),
        ({"kind": "personal"}, "leave"),
        ({"kind": "sick", "days": "1", "spell": "s1"}, "leave"),
        ({"kind": "sick", "from": "08:30", "to": "17:30"}, "leave"),
        ({"kind": "sick", "from": "08:30", "to": "08:45"}, "present"),
        (
            [{"kind": "sick", "from": "08:30", "to": "13:00"}, {"kind": "annual", "from": "13:00", "to": "18:00"}],
            "leave",
        ),
    ],
)
def test_leave_of_the_whole_shift_or_of_a_part(capsys, tmp_path, leave, state):
    assert judged(capsys, tmp_path, shift(traces=[], leave=leave))["state"] == state


def test_parameters_are_another_reading(capsys, tmp_path):
    for parameters, state in [
        ({"late.dwell_s": 300}, "late"),
        ({"late.dwell_s": 301}, "present"),
        ({"late.dwell_s": "301"}, "present"),
        ({"excuse.kinds": ["meeting"]}, "late"),
    ]:
        assert judged(capsys, tmp_path, shift(traces=[], parameters=parameters))["state"] == state
    assert judged(capsys, tmp_path, shift(parameters={"late.presence_sources": []}))["state"] == "late"
    assert judged(capsys, tmp_path, shift(parameters={"late.presence_sources": ["login"]}))["state"] == "present"
    assert judged(capsys, tmp_path, shift(parameters={"case.limit_s": 301}))["over_limit"] == []


def test_every_key_of_the_rulebook_is_taken(capsys, tmp_path):
    values = in_force(date(2026, 10, 12))
    every = {key: one.shown(values.value(key)) for key, one in PARAMETERS.items() if not one.by_release}
    assert judged(capsys, tmp_path, shift(parameters=every)) == judged(capsys, tmp_path, shift())


ABOUT = shift()["shift"]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("", "line 1"),
        ("{", "line 1"),
        ('{"shift": {}, "shift": {}}', "shift"),
        ("17", "an object"),
        ("[" * 100_000, "levels"),
        ({}, "shift"),
        ([shift(), {"shift": None}], "[1].shift"),
        (shift(shift=ABOUT | {"date": "2026-13-01"}), "shift.date"),
        (shift(shift=ABOUT | {"date": "12.10.2026"}), "shift.date"),
        (shift(shift=ABOUT | {"date": "1999-10-12"}), "shift.date"),
        (shift(shift=ABOUT | {"date": 20261012}), "shift.date"),
        (shift(shift=ABOUT | {"start": "8:30"}), "shift.start"),
        (shift(shift=ABOUT | {"start": "24:00"}), "shift.start"),
        (shift(shift=ABOUT | {"start": "08:30+2"}), "shift.start"),
        (shift(shift=ABOUT | {"end": "06:00"}), "shift.end"),
        (shift(shift=ABOUT | {"end": "08:30"}), "shift.end"),
        (shift(shift=ABOUT | {"end": "17:30+1"}), "shift.end"),
        (shift(shift=ABOUT | {"breaks": [["13:00", "12:00"]]}), "shift.breaks[0]"),
        (shift(shift=ABOUT | {"breaks": [["07:00", "07:30"]]}), "shift.breaks[0]"),
        (shift(shift=ABOUT | {"breaks": [["12:00"]]}), "shift.breaks[0]"),
        (shift(shift=ABOUT | {"breaks": [["12:00", "13:00"], ["12:30", "14:00"]]}), "shift.breaks[1]"),
        (shift(shift=ABOUT | {"must_clear_queue": 1}), "shift.must_clear_queue"),
        (shift(shift=ABOUT | {"pause": []}), "shift.pause"),
        (shift(traces={}), "traces"),
        (shift(traces=[{"at": "08:28"}]), "traces[0].kind"),
        (shift(traces=[{"at": "08:28", "kind": ""}]), "traces[0].kind"),
        (shift(traces=[{"at": 8.5, "kind": "login"}]), "traces[0].at"),
        (shift(holdings=[{"case": "C1"}]), "holdings[0].received"),
        (shift(holdings=[{"case": "", "received": "09:00"}]), "holdings[0].case"),
        (shift(holdings=[{"case": "C1", "received": "09:00", "handled": "08:59:59"}]), "holdings[0].handled"),
        (shift(holdings=[{"case": "C1", "received": "09:00", "handled": ""}]), "holdings[0].handled"),
        (shift(holdings=[{"case": True, "received": "09:00"}]), "holdings[0].case"),
        (shift(holdings=[{"case": 1.5, "received": "09:00"}]), "holdings[0].case"),
        (shift(excuses=[{"from": "09:00", "to": "09:00", "reason": "meeting"}]), "excuses[0].to"),
        (shift(excuses=[{"from": "09:00", "to": "10:00"}]), "excuses[0].reason"),
        (shift(leave=True), "leave"),
        (shift(leave={"kind": "sick", "from": "09:00"}), "leave"),
        (shift(leave={"kind": "sick", "from": "18:00", "to": "19:00"}), "leave"),
        (shift(leave={"kind": "sick", "days": "0.5"}), "leave.days"),
        (shift(parameters={"late.dwel_s": 300}), "parameters.late.dwel_s"),
        (shift(parameters={"late.yuan": 2.5}), "parameters.late.yuan"),
        (shift(parameters={"shift.types": []}), "parameters.shift.types"),
        (shift(parameters={"late.dwell_s": "5:00"}), "parameters.late.dwell_s"),
        (shift(parameters={"late.dwell_s": -1}), "parameters.late.dwell_s"),
        (shift(parameters={"late.dwell_s": 1.5}), "parameters.late.dwell_s"),
        (shift(parameters={"late.presence_sources": "all"}), "parameters.late.presence_sources"),
        (shift(hollidays=[]), "hollidays"),
        ('{"shift": NaN}', "NaN"),
        ('{"shift": {"date": "\\ud800", "start": "08:30", "end": "17:30"}}', "shift.date"),
    ],
)
def test_a_wrong_file_is_told_and_nothing_printed(capsys, tmp_path, question, place):
    status, out, err = ask(capsys, tmp_path, question)
    assert (status, out) == (2, "")
    assert "shift.json" in err
    assert place in err
    assert "expected" in err


def test_a_file_that_is_not_there_or_not_text(capsys, tmp_path):
    assert answer.main([str(tmp_path / "nothing.json")]) == 2
    (tmp_path / "gbk.json").write_bytes('{"shift": "早班"}'.encode("gbk"))
    assert answer.main([str(tmp_path / "gbk.json")]) == 2
    assert answer.main([str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("expected") == 3


def test_it_runs_without_django_and_without_a_database(tmp_path):
    file = tmp_path / "shift.json"
    file.write_text(json.dumps(shift()), encoding="utf-8")
    words = [sys.executable, "-W", "error", "-m", "hotline.attendance.answer", str(file)]
    path = {"PYTHONPATH": ":".join(sys.path), "LC_ALL": "C"}
    ended = subprocess.run(words, capture_output=True, check=False, env=path)
    assert ended.returncode == 0
    assert json.loads(ended.stdout.decode())["state"] == "present"
    assert ended.stderr == b""
    check = "import sys, hotline.attendance.answer; sys.exit(any(name.startswith('django') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", check], check=False, env=path).returncode == 0

"""`./run staffing`: what others rely on, to the letter."""

import json
import subprocess
import sys

import pytest

from hotline.planning import staffing

pytestmark = pytest.mark.clause("A1.4")
QUESTION = ["--calls", "100", "--interval", "1800", "--aht", "180", "--within", "20"]
KEYS = [
    "model",
    "agents",
    "scheduled",
    "service_level",
    "average_wait",
    "occupancy",
    "abandonment",
    "wait_probability",
]


def ask(capsys, *words):
    assert staffing.main([*QUESTION, *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_fewest_agents_by_erlang_c(capsys):
    found = ask(capsys, "--target", "0.8", "--shrinkage", "0.3")
    assert list(found) == KEYS
    assert (found["model"], found["agents"], found["scheduled"]) == ("erlang-c", 14, 20)
    assert found["service_level"].startswith("0.88835001917946")
    assert found["average_wait"].startswith("7.83593701177")
    assert found["abandonment"] == "0"


def test_a_given_staffing_by_erlang_a(capsys):
    found = ask(capsys, "--agents", "14", "--patience", "300")
    assert (found["model"], found["agents"], found["scheduled"]) == ("erlang-a", 14, 14)
    assert found["service_level"].startswith("0.916792")
    assert found["abandonment"].startswith("0.013983")


def test_numbers_are_never_binary_floats(capsys):
    for value in ask(capsys, "--target", "0.95", "--patience", "1e9").values():
        assert isinstance(value, int | str)
        assert "e" not in str(value) or str(value).startswith("erlang")


def test_more_load_than_agents_has_no_end_of_waiting(capsys):
    assert staffing.main([*QUESTION, "--agents", "10"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert (found["service_level"], found["average_wait"], found["occupancy"]) == ("0", None, "1")
    assert "no end" in told.err


def test_nothing_to_do_needs_nobody(capsys):
    assert staffing.main(["--calls", "0", *QUESTION[2:], "--target", "0.8"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["agents"], found["service_level"], found["occupancy"]) == (0, "1", "0")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], "--target"),
        (["--target", "80"], "--target"),
        (["--target", "0"], "--target"),
        (["--target", "1"], "--target"),
        (["--target", "nan"], "--target"),
        (["--target", "0.8", "--calls", "-1"], "--calls"),
        (["--target", "0.8", "--calls", "many"], "--calls"),
        (["--target", "0.8", "--calls", "Infinity"], "--calls"),
        (["--target", "0.8", "--interval", "0"], "--interval"),
        (["--target", "0.8", "--aht", "0"], "--aht"),
        (["--target", "0.8", "--within", "-5"], "--within"),
        (["--target", "0.8", "--patience", "0"], "--patience"),
        (["--agents", "2.5"], "--agents"),
        (["--agents", "-1"], "--agents"),
        (["--target", "0.8", "--shrinkage", "1"], "--shrinkage"),
        (["--target", "0.8", "--agent", "5"], "--agent"),
        (["--target", "0.8", "--calls", "3000000000"], "--target"),
        (["--target", "0.8", "--calls", "1e13"], "--calls"),
    ],
)
def test_a_wrong_question_is_told_and_nothing_else_printed(capsys, words, named):
    with pytest.raises(SystemExit) as ended:
        staffing.main([*QUESTION, *words])
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.out == ""
    assert named in told.err


def test_it_runs_without_django_and_without_a_database():
    words = [sys.executable, "-W", "error", "-m", "hotline.planning.staffing", *QUESTION, "--target", "0.8"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False, env={"PYTHONPATH": ":".join(sys.path)})
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["agents"] == 14
    assert ended.stderr == ""

"""The supervisor: what dies starts again, what it started stops with it, and nothing of ours is left over."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from hotline.config import serve

SUPERVISOR = """
import sys
from hotline.config import serve

lock = serve.only_one()
sleeper = [sys.executable, "-c", {sleeper!r}]
parts = [serve.Part("one", sleeper), serve.Part("two", sleeper)]
serve.Supervisor(parts, owns_database=False, watches_database=False).run("")
"""
CALM = "print('here', flush=True); import time; time.sleep(600)"
SLEEP = "import time; time.sleep(600)"
WITH_CHILD = (
    f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); print('here', flush=True); {SLEEP}"
)
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(600)"
)


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start supervisors in a folder of this test; whatever is left is killed at the end."""
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path))
    started = []

    def begin(sleeper=CALM):
        command = [sys.executable, "-c", SUPERVISOR.format(sleeper=sleeper)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()
    for name in ("one", "two"):
        serve.kill_marked(f"{serve.run_folder()}/{name}")


def alive(name):
    return set(serve.processes_of(f"{serve.run_folder()}/{name}"))


def until(holds, seconds=10):
    """Wait for a condition; its last value is the answer."""
    deadline = time.monotonic() + seconds
    while not (value := holds()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


def test_a_killed_part_starts_again_and_the_other_stays(start):
    start()
    assert until(lambda: alive("one") and alive("two"))
    [victim], other = alive("one"), alive("two")
    os.kill(victim, signal.SIGKILL)
    assert until(lambda: alive("one") - {victim})
    assert alive("two") == other


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("sleeper", [CALM, WITH_CHILD])
def test_a_signal_stops_everything_it_started(start, number, sleeper):
    supervisor = start(sleeper)
    count = 2 if sleeper == WITH_CHILD else 1
    assert until(lambda: len(alive("one")) == len(alive("two")) == count)
    supervisor.send_signal(number)
    out, _ = supervisor.communicate(timeout=10)
    assert supervisor.returncode == 0, out
    assert not alive("one") | alive("two")
    assert "one      | here" in out
    assert out.endswith("stopped\n")


def test_a_part_that_does_not_stop_is_killed_at_the_second_signal(start):
    supervisor = start(STUBBORN)
    lines = [supervisor.stdout.readline() for _ in range(2)]
    assert [line.partition("|")[2] for line in lines] == [" here\n"] * 2
    supervisor.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert alive("one")
    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=8)
    assert not alive("one") | alive("two")


def test_a_killed_supervisor_takes_its_parts_along_and_the_next_replaces_leftovers(start):
    supervisor = start(STUBBORN)
    lines = [supervisor.stdout.readline() for _ in range(2)]
    assert len(lines) == 2
    before = alive("one") | alive("two")
    supervisor.kill()
    supervisor.wait()
    assert before == alive("one") | alive("two"), "these ignore the signal sent at the death of their parent"
    start(CALM)
    assert until(lambda: (alive("one") - before) and (alive("two") - before))
    assert until(lambda: not before & (alive("one") | alive("two")))


def test_parts_that_listen_die_with_a_killed_supervisor(start):
    supervisor = start()
    assert until(lambda: alive("one") and alive("two"))
    assert [supervisor.stdout.readline() for _ in range(2)]
    supervisor.kill()
    assert until(lambda: not alive("one") | alive("two"))


def test_a_second_supervisor_is_told_of_the_first(start):
    first = start()
    assert until(lambda: alive("one"))
    second = start()
    out, _ = second.communicate(timeout=10)
    assert second.returncode == 1
    assert f"it runs already (process {first.pid})" in out


def test_a_taken_port_is_said_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/none")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match="is taken by another program"):
            serve.main(["--port", str(taken.getsockname()[1])])


def test_processes_of_others_carry_no_mark(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path))
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert serve.kill_marked(f"{serve.run_folder()}/one") == 0
        assert stranger.poll() is None
    finally:
        with suppress(ProcessLookupError):
            stranger.kill()
        stranger.wait()

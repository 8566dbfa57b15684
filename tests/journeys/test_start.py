"""From nothing to a served page by ./run, after crashes too, and everything stopped at the end."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from hotline.config import embedded, serve

PROJECT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A new installation beside this one: its own folder, database and port."""
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("PGOPTIONS", raising=False)  # commits here must survive
    monkeypatch.setenv("HOTLINE_WORKERS", "1")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("HOTLINE_PORT", str(port))
    yield f"http://127.0.0.1:{port}/"
    for part in ("web", "worker", "pulse"):
        serve.kill_marked(f"{serve.run_folder()}/{part}")
    embedded.stop()


def start():
    return subprocess.Popen([PROJECT / "run", "serve"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def until_served(address, seconds=120):
    """Wait until a page is served."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            with urlopen(f"{address}metrics", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing is served after {seconds} s")


def parts():
    found = {}
    for part in ("web", "worker", "pulse"):
        found[part] = set(serve.processes_of(f"{serve.run_folder()}/{part}"))
    return found


def until(holds, seconds=120):
    deadline = time.monotonic() + seconds
    while not (value := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return value


def test_start_crash_start_again_stop(place):
    first = start()
    until_served(place, 400)
    assert until(lambda: all(parts().values())), parts()
    with psycopg.connect(embedded.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS id")

    head = int((serve.run_folder() / "web.pid").read_text())
    os.kill(head, signal.SIGKILL)
    assert until(lambda: parts()["web"] and head not in parts()["web"])
    until_served(place)

    os.kill(embedded.postmaster(), signal.SIGKILL)
    assert until(embedded.answers), "the supervisor starts the database again"

    first.kill()
    first.communicate()
    assert until(lambda: not any(parts().values())), "what it had started goes with it"
    second = start()
    until_served(place)
    with psycopg.connect(embedded.dsn()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)

    assert until(lambda: all(parts().values())), parts()
    second.send_signal(signal.SIGINT)
    out, _ = second.communicate(timeout=120)
    assert second.returncode == 0, out
    assert not any(parts().values())
    assert embedded.postmaster() is None, "the database was started by us, before the crash"

"""The embedded PostgreSQL: first start, many callers, crashes, long paths, other accounts."""

import os
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from hotline.config import embedded

ENSURE = "from hotline.config import embedded; print(embedded.ensure())"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An installation of its own, stopped afterwards."""
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("PGOPTIONS", raising=False)  # commits here must survive
    yield tmp_path / "var"
    embedded.stop()


def call(code=ENSURE, **also):
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **also)


def ask(question):
    with psycopg.connect(embedded.dsn()) as connection:
        return connection.execute(question).fetchone()[0]


def kill_tree():
    """End the server and all its children the hard way."""
    head = embedded.postmaster()
    family = [head]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == head:
                family.append(int(entry.name))
    for pid in family:
        with suppress(ProcessLookupError):  # a worker of the server may have ended meanwhile
            os.kill(pid, signal.SIGKILL)


def test_four_callers_at_once_get_one_server(place):
    callers = [call() for _ in range(4)]
    outcomes = [caller.communicate(timeout=120) for caller in callers]
    assert {out.strip() for out, _ in outcomes} == {embedded.dsn()}, outcomes
    assert ask("SELECT 1") == 1
    assert int(ask("SHOW max_connections")) == 200
    assert ask("SHOW listen_addresses") == ""
    assert ask("SHOW fsync") == "on"
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((place / "pg" / "data").stat().st_mode) == 0o700


def test_killed_with_all_its_children_it_comes_back_with_every_committed_row(place):
    embedded.ensure()
    with psycopg.connect(embedded.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 500) AS id")
    kill_tree()
    embedded.ensure()
    assert ask("SELECT count(*) FROM kept") == 500


def test_only_the_head_is_killed(place):
    embedded.ensure()
    os.kill(embedded.postmaster(), signal.SIGKILL)
    embedded.ensure()
    assert ask("SELECT 1") == 1


def test_a_number_left_behind_that_belongs_to_somebody_else_now(place):
    embedded.ensure()
    kept = (place / "pg/data/postmaster.pid").read_text().split("\n")
    embedded.stop()
    (place / "pg/data/postmaster.pid").write_text("\n".join([str(os.getpid()), *kept[1:]]))
    assert embedded.postmaster() is None
    embedded.ensure()
    assert ask("SELECT 1") == 1


def test_an_interrupted_first_start_is_begun_anew(place):
    (place / "pg" / "new").mkdir(parents=True)
    (place / "pg" / "new" / "half").write_text("made")
    embedded.ensure()
    assert ask("SELECT 1") == 1


def test_stopping_twice_is_no_harm(place):
    embedded.ensure()
    embedded.stop()
    assert embedded.postmaster() is None
    assert not embedded.answers()
    embedded.stop()


def test_a_long_path_gets_a_short_private_socket(tmp_path, monkeypatch):
    deep = tmp_path / ("a" * 60) / ("b" * 60) / "var"
    monkeypatch.setenv("HOTLINE_VAR", str(deep))
    folder = embedded.socket_folder()
    assert len(str(folder / ".s.PGSQL.5432")) < embedded.SOCKET_LIMIT
    try:
        embedded.ensure()
        assert ask("SELECT 1") == 1
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        embedded.stop()
        folder.rmdir()


def test_data_of_another_version_are_left_alone(place):
    data = place / "pg" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    if os.geteuid() == 0:
        os.chown(data, 65534, 65534)
    with pytest.raises(embedded.NoDatabase, match="PostgreSQL 16"):
        embedded.ensure()


@pytest.mark.skipif(os.geteuid() != 0, reason="whoever is not root tests this in every other test")
def test_an_ordinary_user_needs_no_other_account(tmp_path):
    var = tmp_path / "var"
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    var.mkdir(mode=0o700)
    os.chown(var, 65534, 65534)
    become = "import os, psycopg; os.setgroups([]); os.setgid(65534); os.setuid(65534); os.environ['HOME'] = '/'; "
    own = {"env": {**os.environ, "HOTLINE_VAR": str(var)}}
    out, err = call(f"from hotline.config import embedded; {become} print(embedded.ensure())", **own).communicate()
    stopped = call(f"from hotline.config import embedded; {become} embedded.stop()", **own).communicate()
    assert out.startswith("postgresql://"), err
    assert (var / "pg" / "data").stat().st_uid == 65534
    assert stopped == ("", "")

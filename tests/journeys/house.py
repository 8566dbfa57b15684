"""One real installation for the journeys: a database of its own and the processes that ./run serve starts."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from django.db import connection
from django.test import override_settings

from hotline.config import env, serve

PATIENCE = 120.0  # seconds until the pages are there, on a machine that is busy with other things


class House:
    """Where the pages are, and the folder of everything it writes."""

    def __init__(self, port: int, var: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.var = var


@contextmanager
def opened(var: Path) -> Iterator[House]:
    """Serve an empty centre-less database; whatever this process writes through the services lands in it too."""
    empty = address(f"{test_name()}_empty")
    make_ready(empty)
    mine = copy_of(empty, f"{test_name()}_journeys")
    var.mkdir(mode=0o700, exist_ok=True)
    (var / "static").symlink_to(prepared() / "static")
    with served(mine, var) as house, writing_to(mine, var):
        yield house


def test_name() -> str:
    """The name of the test database, which the installation's names are built on."""
    return env.text("HOTLINE_TEST_DB", "test_hotline")


def prepared() -> Path:
    """Kept from run to run: collected static files, and the stamps that say whether anything changed."""
    return env.var() / "journeys"


def address(database: str) -> str:
    """A database beside the one that DATABASE_URL names."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(database)}"))


def name_of(url: str) -> str:
    """The database an address names."""
    return urlsplit(url).path.lstrip("/")


def make_ready(url: str) -> None:
    """Have an empty database with every migration applied, and the static files; fast when nothing changed."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name_of(url)]).fetchone()
        if there is None:
            server.execute(f'CREATE DATABASE "{name_of(url)}"')
    subprocess.run([sys.executable, "-m", "hotline.config.ready"], env=environment(url, prepared()), check=True)


def copy_of(url: str, name: str) -> str:
    """A fresh copy of a database, in place of the one of an earlier run."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{name_of(url)}"')
    return address(name)


def environment(url: str, var: Path) -> dict[str, str]:
    """What the processes of the installation are told."""
    # Every position opens its pages without a second factor, whose own tests are in people.
    return {**os.environ, "DATABASE_URL": url, "HOTLINE_VAR": str(var), "HOTLINE_MFA": "off"}


@contextmanager
def served(url: str, var: Path) -> Iterator[House]:
    """Web, worker and pulse on a free port, each ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    house = House(port, var)
    words = ["--port", str(port), "--workers", "1"]
    with (var / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "hotline.config.serve", *words],
            env=environment(url, var),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            until_served(house, process)
            yield house
            broken = (var / "serve.log").read_text(errors="replace").partition("Traceback")[1:]
            assert not broken[0], "something broke inside: " + "".join(broken)[:4000]
        finally:
            stop(process, var)


def until_served(house: House, process: subprocess.Popen[bytes]) -> None:
    """Wait for the first page and for the worker and the pulse beside it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        marks = [f"{house.var.resolve()}/run/{part}" for part in ("worker", "pulse")]
        if serve.answers(f"{house.url}/") and all(any(serve.processes_of(mark)) for mark in marks):
            return
        time.sleep(0.1)
    raise AssertionError((house.var / "serve.log").read_text(errors="replace"))


def stop(process: subprocess.Popen[bytes], var: Path) -> None:
    """End the supervisor, which ends its parts; then whatever it could not end."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for part in ("web", "worker", "pulse"):
        serve.kill_marked(f"{var.resolve()}/run/{part}")


@contextmanager
def writing_to(url: str, var: Path) -> Iterator[None]:
    """Let this process use the installation's database and files, as one more program beside its own."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name_of(url)
    try:
        with override_settings(MEDIA_ROOT=var / "files", VAR=var):
            yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before

"""One Asterisk for all of these tests, one database, a centre and an ACD for each."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.acd.exchange import instance, software
from hotline.acd.exchange.instance import Exchange, Trunk
from hotline.acd.exchange.problem import NoExchange
from hotline.config import env
from hotline.telephony.tests import builders
from tests.journeys import house as installation
from tests.telephony.floor import Floor, callers, environment, voices

NUMBERS = range(7, 21)  # sets of ports: several people may run these tests on one machine


@pytest.fixture(scope="package")
def exchange() -> Iterator[Exchange]:
    """The running Asterisk."""
    top = env.var().resolve() / "telephony"
    found = software.find(top / "asterisk")
    lacks = [name for name in ("sipp", "sox", "espeak-ng") if shutil.which(name) is None]
    if found is None or lacks:
        assert not os.environ.get("CI"), f"in CI nothing is skipped: {found} {lacks}"
        pytest.skip(
            "real calls need Asterisk (./run telephony install) and sipp: sudo apt install sip-tester sox espeak-ng"
        )
    made = Exchange(top, found, "test")
    made.stop()
    shutil.rmtree(made.home, ignore_errors=True)
    for number in NUMBERS:
        address = callers(number)
        try:
            made.start(instance.spread(number, "test", [Trunk("city", address, address, 5055)]))
        except NoExchange as problem:
            if "is taken" not in str(problem):
                raise
        else:
            break
    yield made
    made.stop()


@pytest.fixture(scope="package")
def database(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of its own that other processes see too, with its pulse."""
    var = tmp_path_factory.mktemp("telephony")
    with django_db_blocker.unblock():
        empty = installation.address(f"{installation.test_name()}_empty")
        installation.make_ready(empty)
        mine = installation.copy_of(empty, f"{installation.test_name()}_telephony")
        with installation.writing_to(mine, env.var()):
            words = [sys.executable, "-m", "hotline.config.manage", "pulse"]
            with (var / "pulse.log").open("wb") as log:
                pulse = subprocess.Popen(words, env=environment(mine, env.var()), stdout=log, stderr=subprocess.STDOUT)
            yield mine
            pulse.terminate()
            pulse.wait(10)


@pytest.fixture(scope="package")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two tones."""
    folder = tmp_path_factory.mktemp("voices")
    voices(folder)
    return folder


@pytest.fixture
def floor(exchange: Exchange, database: str, spoken: Path, tmp_path: Path) -> Iterator[Floor]:
    """A centre with its ACD; afterwards everything is ended and nothing may be left."""
    for tone in spoken.iterdir():
        shutil.copy(tone, tmp_path / tone.name)
    settled = exchange.settled()
    assert settled is not None
    made = Floor(exchange, settled, builders.house(), tmp_path, environment(database, env.var()))
    try:
        made.start_acd()
        yield made
        made.close()
        made.nothing_is_left()
    finally:
        made.close()
        made.end_acd()
        exchange.command("channel request hangup all")

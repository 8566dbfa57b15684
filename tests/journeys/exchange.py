"""A centre's ACD on the simulated exchange: callers whom a journey sends, telephones that are answered by hand.

The ACD is a process of its own (`exchange_process.py`). Whoever is to call stands in its folder's `callers`, one JSON
line each, and calls within five seconds.
"""

import json
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

from django.db import connection

from hotline.config import env
from tests.journeys import house as installation
from tests.journeys.exchange_process import CALLERS
from tests.journeys.seat import until

TALKS, WAITS = 600, 300  # seconds that a caller talks and waits, unless told otherwise
_numbers = count(1)


class Exchange:
    """The exchange of a centre, as a journey sees it."""

    def __init__(self, code: str, folder: Path) -> None:
        """Start the ACD and wait until it leads."""
        self.folder = folder
        (folder / CALLERS).touch()
        words = [sys.executable, "-m", "tests.journeys.exchange_process", code, str(folder)]
        database = installation.address(connection.settings_dict["NAME"])
        with (folder / "acd.log").open("wb") as log:
            self.process = subprocess.Popen(
                words,
                env=installation.environment(database, folder),
                cwd=env.PROJECT,
                stdout=log,
                stderr=log,
            )
        until(lambda: "acd.leads" in self.log() or self.process.poll() is not None, installation.PATIENCE)
        assert self.process.poll() is None, self.log()

    def log(self) -> str:
        """What the ACD has said."""
        return (self.folder / "acd.log").read_text(errors="replace")

    def call(self, number: str, *, talks: int = TALKS, waits: int = WAITS, dialled: str = "12319") -> None:
        """Somebody calls within five seconds; so many seconds he waits and talks."""
        row = {"call": f"j-{os.getpid()}-{next(_numbers)}", "number": number, "dialled": dialled}
        with (self.folder / CALLERS).open("a") as file:
            file.write(json.dumps(row | {"talks": talks, "waits": waits}) + "\n")

    def end(self) -> None:
        """Stop; nothing may have broken."""
        self.process.terminate()
        self.process.wait(30)
        assert "Traceback" not in self.log(), self.log()[-6000:]

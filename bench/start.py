"""From the command to the first page: an installation that is there already starts again; limit 5 s."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from bench import house

LIMIT = 5.0
FIRST = 600.0  # seconds in which the first start must have made everything
TOP = Path(__file__).parents[1]


def run(*, quick: bool = False) -> None:
    """Make an installation once, then start and stop it again and again."""
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        surroundings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        surroundings |= {"HOTLINE_VAR": f"{folder}/var", "HOTLINE_PORT": str(port)}
        first = _start(surroundings, port)
        took = [_start(surroundings, port) for _ in range(2 if quick else 7)]
    middle, last = house.median(took), house.percentile(took, 0.95)
    print(f"first start, which makes the database: {first:.1f} s")
    print(f"second start: {middle:.2f} s, p95 {last:.2f} s of {len(took)}; beside {LIMIT:.0f} s: {last / LIMIT:.2f}")


def _start(surroundings: dict[str, str], port: int) -> float:
    """Seconds until a page is served; then everything is stopped."""
    began = time.monotonic()
    running = subprocess.Popen(
        [TOP / "run", "serve"], env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _serves(port):
            if running.poll() is not None or time.monotonic() - began > FIRST:
                raise SystemExit("./run serve does not come up: start it by hand to see why")
            time.sleep(0.02)
        return time.monotonic() - began
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(60)


def _serves(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except OSError:
        return False

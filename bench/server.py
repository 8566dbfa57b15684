"""The real server of the product for a benchmark: its own processes, loopback only, stopped afterwards."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from hotline.config import env, ready, serve

PATIENCE = 60.0


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def web(port: int, workers: int = 2, *, wsgi: bool = False) -> list[str]:
    """The command line of the web, as `serve` has it; or the pages alone under WSGI, for comparison."""
    options = serve.options_from(["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)])
    command = serve.parts_of(options)[0].command
    if not wsgi:
        return command
    command = [one for one in command if one not in {"--no-ws", "--loop", "asyncio"}]
    command[command.index("asgi")] = "wsgi"
    command[command.index("hotline.config.asgi:app")] = "hotline.config.asgi:pages"
    return [*command[:3], "--blocking-threads", os.environ.get("HOTLINE_THREADS", "8"), *command[3:]]


@contextlib.contextmanager
def running(*commands: list[str], ports: tuple[int, ...]) -> Iterator[list[int]]:
    """These processes, once every port answers; their numbers."""
    ready.collect()
    started = [
        subprocess.Popen(
            command,
            env={**os.environ, "HOTLINE_MFA": "off", "PYTHONUNBUFFERED": "1"},
            cwd=env.PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=sys.stderr,
            start_new_session=True,
        )
        for command in commands
    ]
    try:
        for port in ports:
            _wait(port)
        yield [process.pid for process in started]
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).close()
        except HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"the server does not answer on port {port}")


def cpu_seconds(*groups: int) -> float:
    """Processor time used so far by the living processes of these sessions."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                words = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(words[3]) in groups:
                    ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")

"""The supervisor: starts every process of an installation, watches them, and stops all it started."""

import argparse
import contextlib
import ctypes
import fcntl
import os
import selectors
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from hotline.config import env

MARK = "HOTLINE_PART"  # in the environment of every process we start: how leftovers are known for ours
PR_SET_PDEATHSIG = 1
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead part starts again
STEADY = 60.0  # a part that lived this long starts its pauses anew
GRACE = 12.0  # seconds a part has to stop by itself
HEAD_START = 5.0  # seconds the web has before the others start anyway
WATCH = 1.0  # seconds between looks at the database


@dataclass(slots=True)
class Part:
    """One process of the installation and what became of it."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0  # when to start again
    rest: bytes = field(default=b"")  # the beginning of a line that has not ended

    @property
    def mark(self) -> str:
        """What the environment of this part's processes says."""
        return f"{run_folder()}/{self.name}"


def run_folder() -> Path:
    """Where process numbers and the lock of the supervisor are kept."""
    return env.var().resolve() / "run"


def manage(*words: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, "-m", "hotline.config.manage", *words]


def parts_of(options: argparse.Namespace) -> list[Part]:
    """What runs: pages, jobs, pulse, and what else was asked for."""
    # fmt: off
    web = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--loop", "asyncio", "--no-ws",
        "--host", options.host, "--port", str(options.port), "--workers", str(options.workers),
        "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5",
        "--log-level", "warning", "hotline.config.asgi:app",
    ]
    # fmt: on
    jobs = manage("procrastinate", "--skip-checks", "worker", "--concurrency", "4", "--shutdown-graceful-timeout", "8")
    found = [Part("web", web), Part("worker", jobs), Part("pulse", manage("pulse"))]
    for also in options.also:
        words = shlex.split(also)
        found.append(Part(words[0], manage(*words)))
    return found


def processes_of(mark: str) -> Iterator[int]:
    """Every living process that carries a mark, found in /proc: a process number alone may be anybody's."""
    wanted = os.fsencode(f"{MARK}={mark}")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    yield int(entry.name)


def kill_marked(mark: str) -> int:
    """Kill what is left of a part; how many processes that were."""
    count = 0
    for pid in processes_of(mark):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            count += 1
    return count


class Supervisor:
    """Holds the parts; one loop forwards their words, starts the dead again and watches the database."""

    def __init__(self, parts: Sequence[Part], *, owns_database: bool, watches_database: bool) -> None:
        self.parts = list(parts)
        self.owns_database = owns_database
        self.watches_database = watches_database
        self.selector = selectors.DefaultSelector()
        self.signals = 0
        self.next_watch = 0.0
        self.begun = time.monotonic()
        self.answering = False  # until the web answers it has the machine to itself, for a moment

    def say(self, name: str, text: str) -> None:
        """One line of output, with who says it."""
        with contextlib.suppress(OSError):
            sys.stdout.write(f"{name:<9}| {text}\n")
            sys.stdout.flush()

    def start(self, part: Part) -> None:
        """Start a part in a session of its own; it dies with us even when we are killed."""
        left = kill_marked(part.mark)
        if left:
            self.say("serve", f"replaced {left} left-over process(es) of {part.name}")
        ours = os.getpid()
        library = ctypes.CDLL(None)

        def bind() -> None:
            library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != ours:
                os._exit(1)

        part.process = subprocess.Popen(
            part.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=bind,  # noqa: PLW1509 this process has one thread
            env={**os.environ, MARK: part.mark, "PYTHONUNBUFFERED": "1"},
            cwd=env.PROJECT,
        )
        assert part.process.stdout is not None
        os.set_blocking(part.process.stdout.fileno(), False)
        self.selector.register(part.process.stdout, selectors.EVENT_READ, part)
        part.started = time.monotonic()
        (run_folder() / f"{part.name}.pid").write_text(f"{part.process.pid}\n")

    def forward(self, part: Part, stream: IO[bytes]) -> None:
        """Pass on what a part wrote, line by line."""
        try:
            heard = stream.read()
        except OSError:
            heard = b""
        if not heard:
            self.selector.unregister(stream)
            stream.close()
            lines, part.rest = [part.rest], b""
        else:
            *lines, part.rest = (part.rest + heard).split(b"\n")
            if len(part.rest) > 65536:
                lines, part.rest = [*lines, part.rest], b""
        for line in lines:
            if line.strip():
                self.say(part.name, line.decode(errors="replace").rstrip())

    def listen(self, seconds: float) -> None:
        """Forward output for a moment."""
        for key, _ in self.selector.select(seconds):
            self.forward(key.data, key.fileobj)  # type: ignore[arg-type]

    def look(self) -> None:
        """Start again what died, each time after a longer pause."""
        now = time.monotonic()
        for part in self.parts:
            if part.process is None:
                if now >= part.due and (part.name == "web" or self.answering or now > self.begun + HEAD_START):
                    self.start(part)
            elif (code := part.process.poll()) is not None:
                if now - part.started > STEADY:
                    part.pause = FIRST_PAUSE
                self.say("serve", f"{part.name} ended ({code}); starts again in {part.pause:g} s")
                part.process, part.due = None, now + part.pause
                part.pause = min(part.pause * 2, LONGEST_PAUSE)
        if self.watches_database and now >= self.next_watch:
            self.next_watch = now + WATCH
            self.keep_database()

    def keep_database(self) -> None:
        """Start the embedded server again when it has died; the parts wait for it by themselves."""
        from hotline.config import embedded  # noqa: PLC0415 another server needs no wheel

        if embedded.postmaster() is None:
            self.say("serve", "the database has ended; it starts again")
            try:
                embedded.ensure()
            except embedded.NoDatabase as failure:
                self.say("serve", str(failure))

    def run(self, ready: str) -> None:
        """Watch until told to stop."""
        self.answering = not ready
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.heard)
        try:
            while not self.signals:
                self.look()
                self.listen(0.5 if self.answering else 0.05)
                if not self.answering and answers(ready):
                    self.answering = True
                    took = time.monotonic() - self.begun
                    self.say("serve", f"ready after {took:.1f} s: {ready}  (Ctrl-C stops it)")
        finally:
            self.stop()

    def heard(self, _number: int, _frame: object) -> None:
        """Note that we are to stop; the second time, at once."""
        self.signals += 1

    def stop(self) -> None:
        """Stop every part, then the database if it was started here."""
        self.say("serve", "stopping")
        living = [part for part in self.parts if part.process is not None]
        for part in living:
            with contextlib.suppress(ProcessLookupError):
                os.kill(part.process.pid, signal.SIGTERM)  # type: ignore[union-attr]
        deadline = time.monotonic() + GRACE
        while any(part.process and part.process.poll() is None for part in living):
            if time.monotonic() > deadline or self.signals > 1:
                break
            self.listen(0.1)
        for part in self.parts:
            kill_marked(part.mark)
            (run_folder() / f"{part.name}.pid").unlink(missing_ok=True)
        if self.owns_database:
            from hotline.config import embedded  # noqa: PLC0415 another server needs no wheel

            embedded.stop()
            claim().unlink(missing_ok=True)
        self.say("serve", "stopped")


def answers(address: str) -> bool:
    """Does the web answer, whatever it says?"""
    try:
        with urlopen(f"{address}metrics", timeout=2):  # noqa: S310 our own address
            return True
    except HTTPError:
        return True
    except (URLError, OSError):
        return False


def free(host: str, port: int) -> bool:
    """Can the address be listened on?"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def only_one() -> IO[str]:
    """Hold the supervisor's lock; a second supervisor of the same folder is told about the first."""
    folder = run_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = (folder / "serve.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        raise SystemExit(f"hotline: it runs already (process {handle.read().strip()})") from None
    handle.truncate(0)
    handle.write(f"{os.getpid()}\n")
    handle.flush()
    return handle


def claim() -> Path:
    """A file that says: the embedded server was started for the supervisor, which is to stop it."""
    return run_folder() / "database"


def claim_database() -> None:
    """Have the embedded server running; what we started is ours to stop, also after we were killed."""
    from hotline.config import embedded  # noqa: PLC0415 another server needs no wheel

    if embedded.postmaster() is None:
        run_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        claim().touch()
    try:
        os.environ["DATABASE_URL"] = embedded.ensure()
    except embedded.NoDatabase as missing:
        raise SystemExit(f"hotline: {missing}") from None


def options_from(words: Sequence[str]) -> argparse.Namespace:
    """The command line of ./run serve."""
    parser = argparse.ArgumentParser(prog="./run serve", description="Serve the centre until Ctrl-C.")
    parser.add_argument("--host", default=env.text("HOTLINE_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=env.number("HOTLINE_PORT", 8000))
    parser.add_argument("--workers", type=int, default=env.number("HOTLINE_WORKERS", 2), help="web processes")
    parser.add_argument("--also", action="append", default=[], metavar="COMMAND", help="one more part, may be repeated")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Start, watch, stop."""
    options = options_from(sys.argv[1:] if words is None else words)
    with only_one():
        parts = parts_of(options)
        for part in parts:
            kill_marked(part.mark)  # a killed supervisor's leftovers hold the port
        if not free(options.host, options.port):
            raise SystemExit(f"hotline: port {options.port} is taken by another program; choose one with --port")
        own = not os.environ.get("DATABASE_URL")
        if own:
            claim_database()
        shown = f"[{options.host}]" if ":" in options.host else options.host
        shown = "127.0.0.1" if shown in {"0.0.0.0", "[::]"} else shown
        supervisor = Supervisor(parts, owns_database=own and claim().exists(), watches_database=own)
        with ended_with_us(parts):
            supervisor.run(f"http://{shown}:{options.port}/")


@contextlib.contextmanager
def ended_with_us(parts: Sequence[Part]) -> Iterator[None]:
    """Somebody watches who ends what is left of the parts should we be killed; see `remains`."""
    words = [sys.executable, "-m", "hotline.config.remains", *(part.mark for part in parts)]
    watcher = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True, cwd=env.PROJECT)
    try:
        yield
    finally:
        assert watcher.stdin is not None
        watcher.stdin.close()
        watcher.wait()


if __name__ == "__main__":
    main()

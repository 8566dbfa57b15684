"""The ACD beside Asterisk's `app_queue` on the same machine, with SIPp as callers and telephones on the same cores.

The engines take turns; while one is measured the other does not run. Moments are SIPp's own, of the messages it sent
and received. Ours writes every fact into PostgreSQL meanwhile; `app_queue` writes nothing.
"""

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import exchanges, house
from bench.exchanges import AT, FEW, MANY, Running, until
from hotline.telephony.models import Call, Recording, RecordingFate

SIP = Path(__file__).with_name("sip")
PEOPLE, BUSY = 160, 8  # at the two numbers
TALKS = 100
SUSTAINED = 0.2  # seconds: a rate is held while 99 of 100 telephones are called within this time after the caller
FREED, IDLE, RATE = 0.1, 2.0, 0.6  # goals
MOST = 220  # calls a second; more is not tried


@dataclass(frozen=True, slots=True)
class Message:
    """A message that SIPp sent or received."""

    at: float
    sent: bool
    call: str
    line: str


def messages(log: Path) -> Iterator[Message]:
    """What stands in SIPp's list of short messages."""
    for text in log.read_text(errors="replace").splitlines() if log.exists() else ():
        words = text.split("\t")
        if len(words) >= 7:
            yield Message(float(words[2]), words[3] == "S", words[4], words[6])


def first_invites(rows: Sequence[Message], *, sent: bool) -> list[Message]:
    """The first INVITE of each call: sent by callers, received by telephones."""
    found: dict[str, Message] = {}
    for row in rows:
        if row.sent is sent and row.line.startswith("INVITE") and row.call not in found:
            found[row.call] = row
    return sorted(found.values(), key=lambda row: row.at)


@dataclass
class Play:
    """SIPp beside one exchange."""

    on: Running
    folder: Path
    count: int = 0
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def sipp(self, scenario: str, address: str, port: int, *more: str, **places: object) -> tuple[Path, int]:
        """Start one; its list of messages, and its place among those that run."""
        self.count += 1
        text = (SIP / f"{scenario}.xml").read_text()
        for name, value in places.items():
            text = text.replace(name.upper(), str(value))
        mine, log = self.folder / f"{self.count}.xml", self.folder / f"{self.count}.log"
        mine.write_text(text)
        words = ["sipp", "-sf", str(mine), "-i", address, "-p", str(port), "-nostdin", "-trace_shortmsg",
                 "-shortmessage_file", str(log), *more]  # fmt: skip
        with (self.folder / f"{self.count}.out").open("wb") as out:
            self.running.append(subprocess.Popen(words, cwd=self.folder, stdout=out, stderr=subprocess.STDOUT))
        return log, len(self.running) - 1

    @contextmanager
    def telephones(self, number: str, scenario: str = "telephone", **places: object) -> Iterator[Path]:
        """The telephones of a number are there; then they are gone."""
        log, place = self.sipp(
            scenario, self.on.telephones, AT[number], "-mp", str(AT[number] + 2000), "-l", "1000", **places
        )
        time.sleep(0.3)
        try:
            yield log
        finally:
            self._end(place)

    def _end(self, place: int) -> None:
        process = self.running[place]
        process.kill()
        process.wait()

    def callers(
        self, number: str, calls: int, rate: float, scenario: str = "caller", **places: object
    ) -> tuple[Path, "subprocess.Popen[bytes]"]:
        """So many call, at so many a second."""
        port = 7000 + 40 * (self.count % 200)
        log, place = self.sipp(
            scenario, self.on.callers, port, self.on.target, "-s", number, "-m", str(calls), "-r", f"{rate * 10:.0f}",
            "-rp", "10000", "-l", str(calls), "-mp", str(20_000 + 400 * (self.count % 50)), "-timeout", "120s",
            **places,
        )  # fmt: skip
        return log, self.running[place]


@dataclass
class Found:
    """What was measured of one engine."""

    idle: list[float] = field(default_factory=list)  # seconds from the caller's INVITE to the telephone's
    freed: list[float] = field(default_factory=list)  # seconds from a telephone's BYE to its next INVITE
    rate: list[int] = field(default_factory=list)  # calls a second that were held
    cost: dict[str, list[float]] = field(default_factory=dict)  # processor seconds a call by part


def run(*, quick: bool = False) -> None:
    """Take turns, then a hundred talks at once."""
    exchanges.demand()
    people = 60 if quick else PEOPLE
    of = exchanges.floor(people, BUSY)
    found = {"ours": Found(), "app_queue": Found()}
    rounds = 1 if quick else 2
    with TemporaryDirectory(prefix="bench-acd-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        log = folder / "engine.log"
        engines: dict[str, Callable[[], object]] = {
            "ours": lambda: exchanges.ours(of, log, voice=False),
            "app_queue": lambda: exchanges.peer(people, BUSY),
        }
        for number in range(rounds):
            for engine, start in engines.items():
                with start() as on:  # type: ignore[attr-defined]
                    play = Play(on, folder)
                    _freed(play, found[engine], seconds=4 if quick else 10)
                    with play.telephones(MANY, ring=60, talk=900) as log_of_phones:
                        _idle(play, log_of_phones, found[engine], calls=20 if quick else 150)
                        _cost(play, found[engine], rate=15 if quick else 30, seconds=3 if quick else 7)
                        if number == rounds - 1:
                            _climb(play, log_of_phones, found[engine], quick=quick)
        _report(found)
        with exchanges.ours(of, log) as on:
            _talks(Play(on, folder), TALKS // 5 if quick else TALKS, seconds=6 if quick else 20)


# ---------------------------------------------------------------- measurements


def _idle(play: Play, phones: Path, found: Found, *, calls: int) -> None:
    """(a) Somebody is free: from the caller's INVITE to the telephone's, one call at a time."""
    before = len(first_invites(list(messages(phones)), sent=False))
    log, process = play.callers(MANY, calls, 5)
    process.wait()
    found.idle += _lags(log, phones, before)


def _lags(callers: Path, phones: Path, before: int) -> list[float]:
    """Both sides in their order: who called first is served first."""
    came = first_invites(list(messages(callers)), sent=True)
    rang = first_invites(list(messages(phones)), sent=False)[before:]
    return [theirs.at - ours.at for ours, theirs in zip(came, rang, strict=False)]


def _freed(play: Play, found: Found, *, seconds: int) -> None:
    """(b) Callers wait: from a person's hanging up to the ring of his next call."""
    with play.telephones(FEW, ring=50, talk=700) as phones:
        _log, process = play.callers(FEW, BUSY * seconds, 100)
        until(lambda: process.poll() is not None, "those who waited are served", 90)
        rows = list(messages(phones))
    person_of = {row.call: row.line.split("@")[0] for row in first_invites(rows, sent=False)}
    rang: dict[str, list[float]] = {}
    for row in first_invites(rows, sent=False):
        rang.setdefault(person_of[row.call], []).append(row.at)
    ended = {row.call: row.at for row in reversed(rows) if row.sent and row.line.startswith("BYE")}
    last = max(row.at for row in first_invites(rows, sent=False))
    for call, at in ended.items():
        following = [moment for moment in rang[person_of[call]] if moment > at]
        if following and at < last - 1:  # as long as callers wait
            found.freed.append(min(following) - at)


def _cost(play: Play, found: Found, *, rate: int, seconds: int) -> None:
    """(d) Processor time a call at a steady rate."""
    calls = rate * seconds
    before = play.on.spent()
    _log, process = play.callers(MANY, calls, rate)
    process.wait()
    time.sleep(1)  # what is still to be written belongs to it
    for name, spent in play.on.spent().items():
        found.cost.setdefault(name, []).append((spent - before[name]) / calls)


def _climb(play: Play, phones: Path, found: Found, *, quick: bool) -> None:
    """(c) More and more calls a second, as long as nobody's call is late or lost; what fails is tried once more."""
    held, rate, step = 0, 20, 20 if quick else 10
    while rate <= (40 if quick else MOST) and any(_holds(play, phones, rate, 3 if quick else 6) for _ in range(2)):
        held, rate = rate, rate + step
    found.rate.append(held)


def _holds(play: Play, phones: Path, rate: int, seconds: int) -> bool:
    """Whether so many calls a second are offered in time."""
    before = len(first_invites(list(messages(phones)), sent=False))
    calls = rate * seconds
    log, process = play.callers(MANY, calls, rate)
    code = process.wait()
    time.sleep(0.5)
    lags = _lags(log, phones, before)
    tail = house.percentile(lags, 0.99) if lags else 99.0
    house.say(f"   {play.on.name:10} {rate:4} calls/s: {len(lags)}/{calls} offered, p99 {1000 * tail:6.1f} ms")
    return not code and len(lags) >= calls and tail <= SUSTAINED


def _talks(play: Play, count: int, *, seconds: int) -> None:
    """(e) So many talks at once with sound both ways, each side recorded apart."""
    voices(play.folder)
    caller, person = play.folder / "caller.al", play.folder / "person.al"
    with play.telephones(MANY, "speaking_telephone", voice=person) as phones:
        log, process = play.callers(MANY, count, 10, "speaking_caller", voice=caller, stay=1000 * seconds + 100 * count)
        until(lambda: _talking() >= count, f"{count} talks at once", count / 10 + 30)
        before, since = play.on.spent(), time.monotonic()
        time.sleep(seconds / 2)
        load = {name: (spent - before[name]) / (time.monotonic() - since) for name, spent in play.on.spent().items()}
        code = process.wait()
        lags = _lags(log, phones, 0)
        newest = Recording.objects.order_by("-began_at")[:count]
        until(lambda: not any(row.fate == RecordingFate.RUNNING for row in newest.all()), "recordings are kept", 120)
        rows = list(newest.all())
    kept = [row for row in rows if row.fate == RecordingFate.KEPT]
    both = [row for row in kept if all(sum(column) > 0 for column in _columns(row.wave))]
    parts = ", ".join(f"{name} {share:.0%}" for name, share in load.items())
    house.say(f"   (e) {count} talks at once, {len(both)} of {len(rows)} recorded with both sides heard apart")
    house.say(
        f"       of a core: {parts}; offers p99 {1000 * house.percentile(lags, 0.99):.0f} ms; SIPp ended with {code}"
    )


def _talking() -> int:
    return Call.objects.filter(ended_at__isnull=True, answered_at__isnull=False).count()


def _columns(wave: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[row[side] for row in wave] for side in (0, 1)] if wave else [[], []]


def voices(folder: Path) -> None:
    """A tone for each side, as raw A-law."""
    for name, hertz in (("caller", 440), ("person", 880)):
        tone = ["synth", "10", "sine", str(hertz), "vol", "0.4"]
        target = str(folder / f"{name}.al")
        words = ["sox", "-n", "-r", "8000", "-c", "1", "-t", "al", target, *tone]
        subprocess.run(words, check=True)


# ---------------------------------------------------------------- the account


def _ms(values: Sequence[float]) -> str:
    return "  ".join(
        f"{name} {1000 * house.percentile(values, share):7.1f}"
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    )


def _report(found: dict[str, Found]) -> None:
    mine, theirs = found["ours"], found["app_queue"]
    house.say("   (a) a person is free: the telephone's INVITE after the caller's, ms")
    for name, one in found.items():
        house.say(f"       {name:10} {_ms(one.idle)}   of {len(one.idle)}")
    ratio = house.percentile(mine.idle, 0.99) / house.percentile(theirs.idle, 0.99)
    house.say(f"       p99 ours / app_queue: {ratio:.2f} (goal: at most {IDLE}; {_reached(ratio <= IDLE)})")
    house.say("   (b) callers wait: a freed person's next INVITE after his BYE, ms")
    for name, one in found.items():
        house.say(f"       {name:10} {_ms(one.freed)}   of {len(one.freed)}")
    tail = house.percentile(mine.freed, 0.95)
    share = tail / house.percentile(theirs.freed, 0.95)
    goal = f"goal: at most {1000 * FREED:.0f}; {_reached(tail <= FREED)}"
    house.say(f"       p95 {1000 * tail:.0f} ms ({goal}), {share:.2f} of app_queue's")
    rates = [max(one.rate, default=0) for one in (mine, theirs)]
    share = rates[0] / max(rates[1], 1)
    house.say(
        f"   (c) calls a second held: ours {rates[0]}, app_queue {rates[1]}: {share:.2f}"
        f" (goal: at least {RATE}; {_reached(share >= RATE)})"
    )
    for name, one in found.items():
        parts = {part: 1000 * median(values) for part, values in one.cost.items()}
        told = ", ".join(f"{part} {value:.1f}" for part, value in parts.items())
        house.say(f"   (d) {name:10} {sum(parts.values()):5.1f} ms of processor a call ({told})")


def _reached(yes: bool) -> str:
    return "reached" if yes else "MISSED"

"""Two exchanges on one machine for `bench/acd`: ours with its ACD, and Asterisk's own `app_queue`; one at a time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from bench import house
from hotline.acd.exchange import instance
from hotline.acd.exchange.instance import Exchange, Instance, Trunk
from hotline.acd.exchange.problem import NoExchange
from hotline.config import env, telephony
from hotline.core import clock
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.telephony.models import PhoneState, WishKind
from hotline.telephony.services import phones, setup
from hotline.telephony.tests import builders

NUMBERS = range(21, 30)  # sets of ports
MANY, FEW = "12319", "12320"  # everybody's number, and that of a few people who are always busy
AT = {MANY: 6010, FEW: 6020}  # the ports of their telephones
PATIENCE = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


def demand() -> None:
    """Say what is missing before anything is begun."""
    lacks = [name for name in ("sipp", "sox", "espeak-ng") if shutil.which(name) is None]
    if lacks:
        raise SystemExit("this benchmark needs more:  sudo apt install sip-tester sox espeak-ng")
    try:
        telephony.exchange()
    except NoExchange as problem:
        raise SystemExit(str(problem)) from None


def until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait for something."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


def used(pid: int) -> float:
    """Processor seconds of a process and of those it has forked, so far."""
    with suppress(OSError):
        forked = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return _own(pid) + sum(_own(int(child)) for child in forked)
    return _own(pid)


def _own(pid: int) -> float:
    with suppress(OSError, IndexError):
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / TICKS
    return 0.0


@dataclass
class Running:
    """An exchange that takes calls now."""

    name: str
    exchange: Exchange
    settled: Instance
    pids: dict[str, Callable[[], float]] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """Where calls go."""
        return f"{self.settled.sip_host}:{self.settled.sip_port}"

    @property
    def callers(self) -> str:
        """From where callers call."""
        return self.settled.trunks[0].host

    @property
    def telephones(self) -> str:
        """Where the telephones are."""
        return telephones_at(self.settled)

    def spent(self) -> Mapping[str, float]:
        """Processor seconds so far, by part."""
        return {name: read() for name, read in self.pids.items()}


def telephones_at(settled: Instance) -> str:
    """The address of the telephones of an instance."""
    return settled.trunks[0].host.replace(".11", ".12")


def started(exchange: Exchange) -> Instance:
    """Start on the first free set of ports."""
    exchange.stop()
    for number in NUMBERS:
        address = f"127.0.{number}.11"
        try:
            return exchange.start(instance.spread(number, exchange.name, [Trunk("city", address, address, 5055)]))
        except NoExchange as problem:
            if "is taken" not in str(problem):
                raise
    raise SystemExit("no free ports for an exchange")


# ---------------------------------------------------------------- app_queue


class Peer(Exchange):
    """Asterisk with its own queues: the same modules, the same endpoints, longest idle first."""

    def __init__(self, top: Path, software: object, many: int, few: int) -> None:
        super().__init__(top, software, "bench-peer")  # type: ignore[arg-type]
        self.staff = {MANY: [f"m{n}" for n in range(many)], FEW: [f"f{n}" for n in range(few)]}

    def configure(self, wanted: Instance) -> Instance:
        """Our configuration, with queues in the place of the ACD."""
        settled = super().configure(wanted)
        etc = self.home / "etc"
        address = telephones_at(settled)
        phones_of = "".join(
            f"\n[{one}]\ntype=endpoint\ntransport=udp\ncontext=from-phone\ndisallow=all\nallow=alaw\naors={one}\n"
            f"direct_media=no\nrtp_symmetric=yes\ndevice_state_busy_at=1\n"
            f"\n[{one}]\ntype=aor\ncontact=sip:{one}@{address}:{AT[number]}\nqualify_frequency=0\n"
            for number, staff in self.staff.items()
            for one in staff
        )
        queues = "".join(
            f"\n[q{number}]\nstrategy=leastrecent\nmusicclass=default\ntimeout=15\nretry=1\nwrapuptime=0\n"
            f"ringinuse=no\nautofill=yes\njoinempty=yes\nleavewhenempty=no\n"
            + "".join(f"member => PJSIP/{one}\n" for one in staff)
            for number, staff in self.staff.items()
        )
        dial = "".join(f"exten => {number},1,Queue(q{number})\n same => n,Hangup()\n" for number in self.staff)
        _append(etc / "pjsip.conf", phones_of)
        _append(etc / "queues.conf", queues)
        (etc / "extensions.conf").write_text(
            f"[globals]\n\n[from-trunk]\n{dial}\n[from-phone]\nexten => _.,1,Hangup(21)\n"
        )
        self._give_away()
        return settled


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text() + text)


@contextmanager
def peer(many: int, few: int) -> Iterator[Running]:
    """`app_queue` with so many people at each number."""
    made = Peer(telephony.top(), telephony.exchange().software, many, few)
    settled = started(made)
    try:
        pid = made.process() or 0
        yield Running("app_queue", made, settled, {"asterisk": lambda: used(pid)})
    finally:
        made.stop()


# ---------------------------------------------------------------- ours


@dataclass
class Floor:
    """A centre with people at telephones, made once for all runs."""

    house: builders.House
    many: list[Person]
    few: list[Person]


def floor(many: int, few: int) -> Floor:
    """As many people at each number, without after-call work."""
    of = builders.house()
    staff = [people.person(of.centre, position=Position.OPERATOR, unit=of.team) for _ in range(many + few)]
    now = clock.now()
    setup.change_queue(queue_id=of.queue.pk, changes={"wrap_up": 0}, by=of.supervisor, at=now)
    other = setup.make_queue(centre=of.centre, code="few", name="少数", wrap_up=0, by=of.supervisor, at=now)
    setup.set_line(centre=of.centre, dialled=FEW, queue=other, by=of.supervisor, at=now)
    for queue, persons in ((of.queue, staff[:many]), (other, staff[many:])):
        setup.set_members(queue_id=queue.pk, persons=[one.pk for one in persons], by=of.supervisor, at=now)
    return Floor(of, staff[:many], staff[many:])


@contextmanager
def ours(of: Floor, log: Path, *, voice: bool = True) -> Iterator[Running]:
    """Asterisk, the ACD as a process of its own, the pulse and the database; `voice` records both sides."""
    exchange = Exchange(telephony.top(), telephony.exchange().software, "bench")
    settled = started(exchange)
    address = telephones_at(settled)
    for number, staff in ((MANY, of.many), (FEW, of.few)):
        for person in staff:
            contact = f"sip:p{person.pk}@{address}:{AT[number]}"
            phones.set_desk_phone(person=person, contact=contact, by=of.house.supervisor, at=clock.now())
    words = [sys.executable, "-m", "bench.acd_process", of.house.centre.code, "bench", *([] if voice else ["--mute"])]
    acd = _process(words, log.with_name("acd.log"))
    pulse = _process([sys.executable, "-m", "hotline.config.manage", "pulse"], log.with_name("pulse.log"))
    try:
        until(lambda: "acd.leads" in log.with_name("acd.log").read_text(errors="replace"), "the ACD leads")
        _all_ready(of)
        pid = exchange.process() or 0
        yield Running(
            "ours", exchange, settled,
            {"asterisk": lambda: used(pid), "acd": lambda: used(acd.pid), "database": _of_database},
        )  # fmt: skip
    finally:
        exchange.command("channel request hangup all")
        time.sleep(1)
        for process in (acd, pulse):
            process.send_signal(signal.SIGTERM)
        for process in (acd, pulse):
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
        exchange.stop()
        told = log.with_name("acd.log").read_text(errors="replace")
        if "Traceback" in told or "not_written" in told:
            house.say(told[-3000:])


def _process(words: list[str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as out:
        return subprocess.Popen(
            words,
            env={**os.environ, "HOTLINE_LOG_LEVEL": "INFO"},
            cwd=env.PROJECT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def _all_ready(of: Floor) -> None:
    for person in (*of.many, *of.few):
        for kind in (WishKind.SIGN_IN, WishKind.READY):
            phones.wish(person=person, kind=kind, by=person, at=clock.now())
    now = PhoneState.objects.filter(centre=of.house.centre, span__upper_inf=True, state="ready")
    until(lambda: now.count() >= len(of.many) + len(of.few), "everybody is ready")


def _of_database() -> float:
    """Processor seconds of the server processes that serve the ACD's database now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return sum(used(pid) for (pid,) in cursor.fetchall())

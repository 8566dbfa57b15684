"""A real floor: Asterisk, the ACD as a process of its own, SIPp as callers and as people's telephones."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotline.acd.exchange.instance import Exchange, Instance
from hotline.core import clock
from hotline.people.models import Centre, Person
from hotline.telephony.models import (
    Call,
    Leader,
    Menu,
    MenuVersion,
    Offer,
    PhoneState,
    Queue,
    Recording,
    Wish,
    WishKind,
)
from hotline.telephony.services import menus, phones, setup
from hotline.telephony.tests import builders
from tests.telephony import listening

SCENARIOS = Path(__file__).with_name("scenarios")
# behaviour of a telephone -> the port of the SIPp that plays it, its scenario, its voice
BEHAVIOURS = {
    "takes": (6010, "takes", "person"),
    "takes_and_leaves": (6020, "takes_and_leaves", "person"),
    "silent": (6030, "silent", "person"),
    "refuses": (6040, "refuses", "person"),
    "colleague": (6050, "takes", "colleague"),  # takes too, and sounds otherwise
    "echoes": (6060, "echoes", "person"),  # has no voice, and gives back what it hears
}
OUTSIDE = 5055  # the port at which the line to the outside ends
START = 60  # seconds in which a busy machine has started a program
PATIENCE = 3  # times as long as a machine with nothing else to do needs


def callers(number: int) -> str:
    """From where the callers of the so-many-th exchange call."""
    return f"127.0.{number}.11"


@dataclass
class Floor:
    """What a test speaks to."""

    exchange: Exchange
    instance: Instance
    house: builders.House
    folder: Path
    environment: dict[str, str]
    acd: "subprocess.Popen[bytes] | None" = None
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    ports: int = 5060

    @property
    def callers(self) -> str:
        """From where callers call."""
        return self.instance.trunks[0].host

    @property
    def phones_at(self) -> str:
        """Where people's telephones are."""
        return self.callers.replace(".11", ".12")

    @property
    def centre(self) -> Centre:
        """The centre."""
        return self.house.centre

    # ------------------------------------------------------------ processes

    def start_acd(self) -> float:
        """Start the ACD; how many seconds it took until it led."""
        epoch = Leader.objects.filter(centre=self.centre).values_list("epoch", flat=True).first() or 0
        begun = time.monotonic()
        words = ["-m", "hotline.config.manage", "acd", "--centre", self.centre.code, "--instance", self.exchange.name]
        log = (self.folder / "acd.log").open("ab")
        self.acd = subprocess.Popen(
            [sys.executable, *words], env=self.environment, stdout=log, stderr=subprocess.STDOUT
        )
        log.close()
        until(lambda: "acd.leads" in self.log().split("#")[-1], START, self.log)
        assert Leader.objects.get(centre=self.centre).epoch == epoch + 1
        return time.monotonic() - begun

    def log(self) -> str:
        """What the ACD has said."""
        path = self.folder / "acd.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def restored_in(self) -> float:
        """How many seconds the ACD needed from its first look at the tables until it led."""
        told = re.findall(r'"seconds": ([0-9.]+), "event": "acd.leads"', self.log())
        return float(told[-1])

    def end_acd(self, number: int = signal.SIGTERM) -> None:
        """End the ACD, politely or not."""
        if self.acd is not None:
            self.acd.send_signal(number)
            self.acd.wait(15)
            self.acd = None
            with (self.folder / "acd.log").open("a") as log:
                log.write("#\n")

    def telephones(self, behaviour: str) -> None:
        """Let SIPp play every telephone of a behaviour."""
        port, scenario, voice = BEHAVIOURS[behaviour]
        short = str(self.folder / f"short-{port}.csv")
        self._sipp(
            f"{scenario}.xml", self.phones_at, port, voice, "-mp", str(port + 2000), "-trace_shortmsg",
            "-shortmessage_file", short, *(["-rtp_echo"] if behaviour == "echoes" else []),
        )  # fmt: skip

    def outside(self, scenario: str = "takes") -> None:
        """Let SIPp play every number outside."""
        self._sipp(f"{scenario}.xml", self.callers, OUTSIDE, "outside", "-mp", str(OUTSIDE + 2000))

    def _sipp(
        self, scenario: str, address: str, port: int, voice: str, *more: str, stay: int = 0, keys: str = ""
    ) -> "subprocess.Popen[bytes]":
        """Play a scenario; what differs is written into a copy of it."""
        text = (SCENARIOS / scenario).read_text().replace("STAY", str(stay)).replace("KEYS", keys)
        mine = self.folder / f"{port}-{scenario}"
        mine.write_text(text.replace("VOICE", str(self.folder / f"{voice}.al")))
        words = ["sipp", "-sf", str(mine), "-i", address, "-p", str(port), "-nostdin", "-trace_err", "-error_file",
                 str(self.folder / f"error-{port}.log"), *more]  # fmt: skip
        with (self.folder / f"sipp-{port}.log").open("wb") as log:
            process = subprocess.Popen(words, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT)
        self.running.append(process)
        return process

    def caller(
        self,
        number: str = "13900001234",
        *,
        stays: int | None = None,
        calls: int = 1,
        rate: int = 1,
        scenario: str = "",
    ) -> "subprocess.Popen[bytes]":
        """Somebody calls; he hangs up when told to, `stays` milliseconds after the answer at most, or never."""
        self.ports += 10
        scenario = scenario or ("caller_stays.xml" if stays is None else "caller_leaves.xml")
        target = f"{self.instance.sip_host}:{self.instance.sip_port}"
        return self._sipp(
            scenario, self.callers, self.ports, "caller", target, "-s", "12319", "-key", "number", number,
            "-m", str(calls), "-r", str(rate), "-mp", str(self.ports + 3000), "-l", str(calls), "-trace_shortmsg",
            "-shortmessage_file", str(self.folder / f"short-{self.ports}.csv"), stay=stays or 0,
        )  # fmt: skip

    def hangs_up(self, caller: "subprocess.Popen[bytes]") -> None:
        """Tell a caller who does not stay for ever to hang up now."""
        mine = f"127.0.0.1:{self.ports}"
        told = [
            "INFO sip:caller SIP/2.0", f"Via: SIP/2.0/UDP {mine};branch=z9hG4bKtold", f"From: <sip:{mine}>;tag=told",
            f"To: <sip:{mine}>", f"Call-ID: 1-{caller.pid}@{self.callers}", "CSeq: 9 INFO", "Content-Length: 0", "", "",
        ]  # fmt: skip
        port = int(caller.args[caller.args.index("-p") + 1])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.sendto("\r\n".join(told).encode(), (self.callers, port))

    def register(self, account: str, secret: str, behaviour: str) -> int:
        """A desk telephone signs in from where SIPp will play it; SIPp's answer, 0 when the exchange took it."""
        scenario = (SCENARIOS / "registers.xml").read_text().replace("ACCOUNT", account).replace("SECRET", secret)
        mine = self.folder / "registers.xml"
        mine.write_text(scenario)
        target = f"{self.instance.sip_host}:{self.instance.sip_port}"
        words = ["sipp", "-sf", str(mine), "-i", self.phones_at, "-p", str(BEHAVIOURS[behaviour][0]), "-key", "account",
                 account, "-m", "1", "-nostdin", "-timeout", "20", target]  # fmt: skip
        return subprocess.run(words, cwd=self.folder, check=False, capture_output=True, timeout=60).returncode

    def presser(self, *keys: tuple[int, str], number: str = "13900001234") -> "subprocess.Popen[bytes]":
        """Somebody calls and presses keys, each so many milliseconds after what came before."""
        one = (SCENARIOS / "key.xml").read_text()
        pressed = [
            one.replace("AFTER", str(after)).replace("KEY", key).replace("CSEQ", str(n))
            for n, (after, key) in enumerate(keys, start=2)
        ]
        self.ports += 10
        target = f"{self.instance.sip_host}:{self.instance.sip_port}"
        return self._sipp(
            "caller_presses.xml", self.callers, self.ports, "caller", target, "-s", "12319", "-key", "number", number,
            "-m", "1", "-mp", str(self.ports + 3000), keys="".join(pressed),
        )  # fmt: skip

    def close(self) -> None:
        """Hang up on everybody, then end SIPp."""
        if self.running:
            self.exchange.command("channel request hangup all")
            time.sleep(0.5)
        for process in self.running:
            process.send_signal(signal.SIGUSR1)
        for process in self.running:
            try:
                process.wait(0.5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    # ------------------------------------------------------------ people

    def person(self, person: Person, behaviour: str, *, ready: bool = True, free: bool = True) -> Person:
        """Give somebody a telephone, sign him in, and let him take calls; not `free` when some wait already."""
        contact = f"sip:p{person.pk}@{self.phones_at}:{BEHAVIOURS[behaviour][0]}"
        phones.set_desk_phone(person=person, contact=contact, by=self.house.supervisor, at=clock.now())
        self.wish(person, WishKind.SIGN_IN)
        if ready:
            self.wish(person, WishKind.READY)
            if free:
                self.state(person, "ready")
        return person

    def heard(self, row: Wish) -> None:
        """See that the ACD has heard a wish."""
        until(lambda: Wish.objects.get(pk=row.pk).taken_at is not None, 8, self.log)

    def ask(self, work: Callable[..., Wish], *, by: Person, **more: Any) -> None:
        """Ask something by a service, and see that the ACD has heard it."""
        self.heard(work(by=by, at=clock.now(), **more))

    def wish(self, person: Person, kind: WishKind, reason: str = "") -> None:
        """Ask something of a telephone, and see that the ACD has heard it."""
        row = phones.wish(person=person, kind=kind, reason=reason, by=person, at=clock.now())
        self.heard(row)

    def state(self, person: Person, state: str, seconds: float = 10) -> PhoneState:
        """Wait until somebody does this."""
        now = PhoneState.objects.filter(person=person, span__upper_inf=True)
        until(lambda: now.filter(state=state).exists(), seconds, lambda: f"{list(now.values())}\n{self.log()}")
        return now.get()

    def queue(self, **changes: Any) -> Queue:
        """Change the queue's rules."""
        return setup.change_queue(
            queue_id=self.house.queue.pk, changes=changes, by=self.house.supervisor, at=clock.now()
        )

    def menu(self, tree: dict[str, Any]) -> Menu:
        """Put a menu before the number, and see that the ACD has heard of it."""
        by, at = self.house.supervisor, clock.now()
        menu = menus.make_menu(centre=self.centre, name="总菜单", by=by, at=at)
        MenuVersion.objects.filter(menu=menu).update(tree=tree)
        menus.publish(menu_id=menu.pk, by=by, at=at)
        menus.switch(menu_id=menu.pk, on=True, lines=["12319"], by=by, at=at)
        rows = Wish.objects.filter(centre=self.centre, taken_at__isnull=True)
        until(lambda: not rows.exists(), 8, self.log)
        phones.tell_acd(centre=self.centre, by=by, at=clock.now())  # is read once what came before is in force
        until(lambda: not rows.exists(), 8, self.log)
        return menu

    # ------------------------------------------------------------ what is seen

    def calls(self, count: int = 1, seconds: float = 10) -> list[Call]:
        """Wait until so many calls are known, oldest first."""
        rows = Call.objects.filter(centre=self.centre).order_by("came_at", "pk")
        until(lambda: rows.count() >= count, seconds, self.log)
        return list(rows)

    def ended(self, call: Call, seconds: float = 20) -> Call:
        """Wait until a call is over."""
        until(lambda: Call.objects.get(pk=call.pk).ended_at is not None, seconds, self.log)
        return Call.objects.get(pk=call.pk)

    def answered(self, call: Call, seconds: float = 20) -> Call:
        """Wait until a call is talked to."""
        until(
            lambda: Call.objects.get(pk=call.pk).answered_at is not None,
            seconds,
            lambda: f"{list(call.offers.values())}\n{self.log()}",
        )
        return Call.objects.get(pk=call.pk)

    def recording(self, call: Call, seconds: float = 10) -> Recording:
        """Wait until a call's recording is kept."""
        rows = Recording.objects.filter(call=call)
        until(lambda: rows.exclude(fate="running").exists(), seconds, self.log)
        return rows.get()

    def leg(self, call: Call, person: Person) -> str:
        """The line of somebody in a call."""
        return f"ag-{call.offers.filter(person=person, how='taken').order_by('-made_at')[0].ref}"

    def hears(self, channel: str, way: str = "out") -> set[str]:
        """Whose tones are heard at a line at this moment; or come `in` from it."""
        heard = listening.hears(self.instance, self.exchange.home, channel, way)
        with ThreadPoolExecutor(1) as thread:  # the browser's driver has a loop of its own in this one
            return thread.submit(asyncio.run, heard).result()

    def until_hears(self, channel: str, tones: set[str], seconds: float = 8, way: str = "out") -> None:
        """Wait until exactly these tones are heard at a line."""
        last: set[str] = set()

        def holds() -> bool:
            nonlocal last
            last = self.hears(channel, way)
            return last == tones

        until(holds, seconds, lambda: f"{channel} hears {last}, not {tones}\n{self.channels()}\n{self.log()}")

    def channels(self) -> list[str]:
        """The lines that live in the exchange."""
        told = self.exchange.command("core show channels concise").strip().splitlines()
        return [line.split("!")[0] for line in told if "!" in line]

    def nothing_is_left(self) -> None:
        """No line, no conference, no open offer, no open call, nobody ringing or talking."""
        until(lambda: not self.channels(), 8, lambda: f"{self.channels()}\n{self.log()}")
        bridges = self.exchange.command("bridge show all").strip().splitlines()[1:]
        assert bridges == []
        open_rows = (
            Offer.objects.filter(call__centre=self.centre, ended_at__isnull=True),
            Call.objects.filter(centre=self.centre, ended_at__isnull=True),
            PhoneState.objects.filter(centre=self.centre, span__upper_inf=True, state__in=["ringing", "talking"]),
        )
        until(lambda: not any(rows.exists() for rows in open_rows), 10, self.log)
        assert "Traceback" not in self.log(), self.log()


def until(holds: Callable[[], bool], seconds: float, why: Callable[[], str]) -> None:
    """Wait for something, longer on a machine that is slow or busy; say what was seen when it does not come."""
    deadline = time.monotonic() + seconds * PATIENCE * busy()
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s\n{why()[-6000:]}")


def busy() -> float:
    """How many times over the machine is busy; at least once."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def voices(folder: Path) -> None:
    """A tone for each side, as raw A-law."""
    for name, hertz in listening.TONES.items():
        subprocess.run(
            ["sox", "-n", "-r", "8000", "-c", "1", "-t", "al", str(folder / f"{name}.al"), "synth", "10", "sine",
             str(hertz), "vol", "0.4"], check=True,
        )  # fmt: skip


def environment(url: str, var: Path) -> dict[str, str]:
    """What the ACD is told: its database; the exchange lies where it always lies."""
    return {**os.environ, "DATABASE_URL": url, "HOTLINE_VAR": str(var), "PYTHONUNBUFFERED": "1"}

"""One running exchange: its folder, its configuration made from nothing, its start and its end."""

import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from hotline.acd.exchange import sounds
from hotline.acd.exchange.problem import NoExchange
from hotline.acd.exchange.software import Software
from hotline.acd.lines import KEEP_FOR

ACCOUNT = "hotline-tel"  # whom the exchange runs as when root starts it
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
FILES_OPEN = 20_000
PATIENCE = 40.0  # seconds until the exchange answers
GRACE = 10.0
EMPTY = ("ccss.conf", "udptl.conf", "pjproject.conf", "websocket_client.conf", "queuerules.conf")
FOLDERS = ("etc", "lib", "lib/keys", "spool", "run", "log")


@dataclass(frozen=True, slots=True)
class Trunk:
    """A line to the outside: its name, from which addresses it calls, where calls out are sent."""

    name: str
    match: str
    host: str
    port: int = 5060


@dataclass(frozen=True, slots=True)
class Instance:
    """What an exchange is told: its name, addresses and ports. Loopback unless somebody says otherwise."""

    name: str = "main"
    app: str = "hotline"
    sip_host: str = "127.0.0.1"
    sip_port: int = 5160
    http_host: str = "127.0.0.1"
    http_port: int = 8188
    rtp_first: int = 20_000
    rtp_last: int = 21_999
    ari_user: str = "acd"
    ari_password: str = field(default="", repr=False)
    loop_secret: str = field(default="", repr=False)  # by which the exchange knows its own test calls
    check_trunk: str = ""  # the trunk over which the line is checked; empty: from ourselves to ourselves
    caller_id: str = ""  # the number that those see who are called; empty: the centre's first one
    trunks: tuple[Trunk, ...] = ()

    @property
    def address(self) -> str:
        """Where ARI is spoken."""
        return f"ws://{self.http_host}:{self.http_port}/ari/events"


class Exchange:
    """An instance in its folder, with the software that runs it."""

    def __init__(self, top: Path, software: Software, name: str = "main") -> None:
        if not NAME.fullmatch(name):
            raise NoExchange(f"{name!r} is no name of an instance: small letters, digits and - only")
        self.top = top.resolve()
        self.home = self.top / name
        self.software = software
        self.name = name
        self._started: subprocess.Popen[bytes] | None = None  # when it was started by this very process

    # ------------------------------------------------------------ configuration

    def configure(self, wanted: Instance) -> Instance:
        """Write every file anew; the password is kept when there is one. The exchange must not run."""
        known = read(self.home)
        password = (known.ari_password if known else "") or secrets.token_urlsafe(32)
        instance = replace(wanted, ari_password=password, loop_secret=secrets.token_hex(16))
        cache = self.top / "sounds"
        sounds.make(cache)
        for folder in FOLDERS:
            (self.home / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.home / "spool" / "recording").mkdir(mode=0o750, exist_ok=True)
        for name, text in _files(self.home, self.software, instance).items():
            (self.home / "etc" / name).write_text(text)
        self._bring_sounds(cache)
        kept = self.home / "instance.json"
        kept.write_text(json.dumps(asdict(instance), indent=1))
        kept.chmod(0o600)
        self._give_away()
        return instance

    def _bring_sounds(self, cache: Path) -> None:
        for name in ("documentation", "rest-api"):  # the exchange does not start without its own descriptions
            link = self.home / "lib" / name
            link.unlink(missing_ok=True)
            link.symlink_to(self.software.data / name)
        for part, to in (("hotline", "lib/sounds/zh/hotline"), ("music", "lib/music")):
            target = self.home / to
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(cache / part, target)

    def _give_away(self) -> None:
        """The exchange's account owns the instance and passes through (not reads) the folders above it."""
        owner = self.owner()
        if owner is None:
            return
        for path in [self.home, *self.home.rglob("*")]:
            if path.name != "instance.json" and not path.is_symlink():
                os.chown(path, owner.pw_uid, owner.pw_gid)
        for target in (self.home, self.software.modules, self.software.data):
            for path in target.resolve().parents:
                mode = path.stat().st_mode
                if not mode & stat.S_IXOTH and path.stat().st_uid != owner.pw_uid:
                    path.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)

    @staticmethod
    def owner() -> pwd.struct_passwd | None:
        """The account the exchange runs as when root calls; nobody else needs another account."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam(ACCOUNT)
        except KeyError:
            pass
        words = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
        done = subprocess.run(words, check=False, capture_output=True)
        if done.returncode not in {0, 9}:
            raise NoExchange(f"the exchange does not run as root, and the account {ACCOUNT} cannot be made")
        return pwd.getpwnam(ACCOUNT)

    # ------------------------------------------------------------ running

    def settled(self) -> Instance | None:
        """What the instance was last configured with, or None."""
        return read(self.home)

    def process(self) -> int | None:
        """The process number of this very instance, or None: a number alone may be anybody's."""
        try:
            pid = int((self.home / "run" / "asterisk.pid").read_text())
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self.home / "etc" / "asterisk.conf") in words else None

    def start(self, wanted: Instance) -> Instance:
        """Configure and start; an instance that runs already is left as it is."""
        if self.process() is not None:
            running = self.settled()
            assert running is not None
            return running
        for host, port, kind in (
            (wanted.http_host, wanted.http_port, socket.SOCK_STREAM),
            (wanted.sip_host, wanted.sip_port, socket.SOCK_DGRAM),
        ):
            if not _free(host, port, kind):
                raise NoExchange(f"port {port} is taken by another program; choose another one")
        instance = self.configure(wanted)
        owner = self.owner()
        config = self.home / "etc" / "asterisk.conf"
        with (self.home / "log" / "console.log").open("ab") as log:
            started = subprocess.Popen(
                ["/bin/sh", "-c", f'ulimit -n {FILES_OPEN} 2>/dev/null; exec "$@"', "sh", *self.software.words,
                 "-C", str(config), "-f", "-q"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/", umask=0o027,
                user=owner.pw_uid if owner else None, group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None, env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            )  # fmt: skip
        self._started = started
        self._await(instance, started)
        return instance

    def _await(self, instance: Instance, started: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and started.poll() is None:
            pid = self.process()
            if pid is not None and not _free(instance.http_host, instance.http_port, socket.SOCK_STREAM):
                told = self.command("core waitfullybooted")
                if "fully booted" in told:
                    return
            time.sleep(0.1)
        if started.poll() is None:
            started.kill()
        started.wait(GRACE)
        tail = (self.home / "log" / "console.log").read_text(errors="replace").strip().splitlines()[-5:]
        raise NoExchange(f"the exchange does not answer; see {self.home / 'log'}: " + " / ".join(tail))

    def stop(self) -> bool:
        """Stop it, politely first; False when it did not run."""
        pid = self.process()
        if pid is None:
            return False
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                break
            deadline = time.monotonic() + GRACE
            while _lives(pid) and time.monotonic() < deadline:
                time.sleep(0.05)
            if not _lives(pid):
                break
        if self._started is not None:
            self._started.wait(GRACE)
            self._started = None
        (self.home / "run" / "asterisk.pid").unlink(missing_ok=True)
        return True

    def command(self, words: str) -> str:
        """Say something on the exchange's own console, and hear the answer."""
        config = self.home / "etc" / "asterisk.conf"
        try:
            done = subprocess.run(
                [*self.software.words, "-C", str(config), "-rx", words], check=False, capture_output=True, timeout=20
            )
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout.decode(errors="replace")


def read(home: Path) -> Instance | None:
    """The configuration of an instance from its folder, or None when there is none."""
    try:
        plain = json.loads((home / "instance.json").read_text())
    except (OSError, ValueError):
        return None
    return Instance(**{**plain, "trunks": tuple(Trunk(**trunk) for trunk in plain["trunks"])})


def _plain(instance: Instance) -> dict[str, object]:
    return {name: getattr(instance, name) for name in instance.__dataclass_fields__}


def _files(home: Path, software: Software, instance: Instance) -> dict[str, str]:
    """Every configuration file by its name."""
    room = files("hotline.acd.exchange") / "conf"
    values = {name: str(value) for name, value in _plain(instance).items() if name != "trunks"} | {
        "home": str(home), "etc": str(home / "etc"), "modules": str(software.modules),
        "keep_for": str(KEEP_FOR),
    }  # fmt: skip
    pattern = room.joinpath("trunk.conf").read_text(encoding="utf-8")
    values["trunks"] = "\n".join(_filled(pattern, _trunk(trunk)) for trunk in instance.trunks)
    names = [entry.name for entry in room.iterdir() if entry.name.endswith(".conf") and entry.name != "trunk.conf"]
    empty = dict.fromkeys(EMPTY, "; nothing is changed here\n")  # without them it complains at every start
    return empty | {name: _filled(room.joinpath(name).read_text(encoding="utf-8"), values) for name in names}


def _trunk(trunk: Trunk) -> dict[str, str]:
    return {
        "trunk": trunk.name, "trunk_match": trunk.match, "trunk_host": trunk.host, "trunk_port": str(trunk.port),
    }  # fmt: skip


def _filled(text: str, values: dict[str, str]) -> str:
    """Put values in the places `@name@`; a line break in one could say something else, so none may hold any."""
    for name, value in values.items():
        if name != "trunks" and ("\n" in value or ";" in value):
            raise NoExchange(f"{name} holds a sign that a configuration cannot hold")
        text = text.replace(f"@{name}@", value)
    return text


def _free(host: str, port: int, kind: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def spread(number: int, name: str, trunks: Sequence[Trunk] = ()) -> Instance:
    """The ports of the so-many-th instance beside others on one machine; number from 0."""
    return Instance(
        name=name,
        sip_port=5160 + 10 * number,
        http_port=8188 + number,
        rtp_first=20_000 + 2_000 * number,
        rtp_last=21_999 + 2_000 * number,
        trunks=tuple(trunks),
    )

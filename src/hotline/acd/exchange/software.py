"""Where Asterisk comes from: the system's own when it is new enough, else one unpacked into a folder of ours."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hotline.acd.exchange.problem import NoExchange

OLDEST = (22, 4)  # REST over the websocket
MIRROR = "http://deb.debian.org/debian"
SUITE = "sid"
NEEDS = {"espeak-ng": "espeak-ng", "sox": "sox"}  # program -> package
PATIENCE = 900  # seconds that unpacking may take


@dataclass(frozen=True, slots=True)
class Software:
    """An Asterisk that can be run: the words before its arguments, its modules, its own descriptions, its version."""

    words: tuple[str, ...]
    modules: Path
    data: Path
    version: tuple[int, ...]

    @property
    def shown(self) -> str:
        """The version as people write it."""
        return ".".join(str(part) for part in self.version)


def find(folder: Path) -> Software | None:
    """The system's Asterisk when it is new enough, else ours in `folder`, else None."""
    return _of_system() or _unpacked(folder)


def lacking() -> list[str]:
    """Packages without which no prompt can be spoken."""
    return [package for program, package in NEEDS.items() if shutil.which(program) is None]


def install(folder: Path, *, mirror: str = "") -> Software:
    """Have an Asterisk: nothing happens when one is there; else Debian's is unpacked into `folder` (about 500 MB).

    Raises NoExchange with what to do: unpacking needs root and the program debootstrap.
    """
    found = find(folder)
    if found is not None:
        return found
    if os.geteuid() != 0:
        raise NoExchange(
            "Asterisk 22.4 or later is not here, and unpacking it needs root. Run once:"
            "  sudo ./run telephony install   (or install your distribution's Asterisk, 22.4 or later)"
        )
    if shutil.which("debootstrap") is None:
        raise NoExchange("debootstrap is missing. Run:  apt install debootstrap")
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = ["debootstrap", "--variant=minbase", "--include=asterisk", SUITE, str(fresh), mirror or MIRROR]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode:
        told = (done.stdout + done.stderr).strip().splitlines()[-3:]
        shutil.rmtree(fresh, ignore_errors=True)
        raise NoExchange("debootstrap failed: " + " / ".join(told))
    _drop_what_is_not_needed(fresh)
    fresh.rename(folder)
    found = _unpacked(folder)
    if found is None:
        raise NoExchange(f"the Asterisk in {folder} does not run on this machine")
    return found


def _of_system() -> Software | None:
    program = shutil.which("asterisk")
    version = _version([program]) if program else ()
    if not program or version < OLDEST:
        return None
    places = [*Path("/usr/lib").glob("*/asterisk/modules"), Path("/usr/lib/asterisk/modules")]
    modules = next((place for place in places if (place / "res_ari.so").exists()), None)
    return Software((program,), modules, Path("/usr/share/asterisk"), version) if modules else None


def _unpacked(folder: Path) -> Software | None:
    """The folder's own loader and libraries run its Asterisk beside any system, without a chroot."""
    for libraries in sorted((folder / "usr" / "lib").glob("*-linux-gnu*")):
        loader = next((path for path in sorted(libraries.glob("ld-linux*.so*"))), None)
        modules = libraries / "asterisk" / "modules"
        if loader is None or not modules.is_dir():
            continue
        words = [str(loader), "--library-path", str(libraries), str(folder / "usr" / "sbin" / "asterisk")]
        version = _version(words)
        if version >= OLDEST:
            return Software(tuple(words), modules, folder / "usr" / "share" / "asterisk", version)
    return None


def _version(words: list[str]) -> tuple[int, ...]:
    try:
        told = subprocess.run([*words, "-V"], check=False, capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"Asterisk (\d+)\.(\d+)(?:\.(\d+))?", told)
    return tuple(int(part) for part in found.groups() if part) if found else ()


def _drop_what_is_not_needed(folder: Path) -> None:
    for waste in ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale", "usr/share/man"):
        shutil.rmtree(folder / waste, ignore_errors=True)

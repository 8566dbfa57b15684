"""`./run telephony`: have an exchange, start it, stop it, say how it is."""

import argparse
import re
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hotline.acd.exchange import instance, software
from hotline.acd.exchange.instance import Exchange, Trunk
from hotline.acd.exchange.problem import NoExchange
from hotline.config import env

NUMBER = re.compile(r"\+?[0-9]{1,20}")
LOOK = 0.5  # seconds between two looks whether the exchange lives


def top() -> Path:
    """Where the exchange's software and its instances are kept."""
    return env.var().resolve() / "telephony"


def exchange(name: str = "main") -> Exchange:
    """An instance by its name; NoExchange says what to do when there is no software yet."""
    found = software.find(top() / "asterisk")
    if found is None:
        raise NoExchange("there is no Asterisk 22.4 or later here. Run:  ./run telephony install")
    return Exchange(top(), found, name)


def trunk_of(text: str) -> Trunk:
    """`name=address[:port]`, the address from which the line calls and to which calls go out."""
    name, _, address = text.partition("=")
    host, _, port = address.partition(":")
    if not instance.NAME.fullmatch(name) or not host or (port and not port.isdigit()):
        raise argparse.ArgumentTypeError("a trunk is NAME=ADDRESS or NAME=ADDRESS:PORT")
    return Trunk(name, host, host, int(port or 5060))


def number_of(text: str) -> str:
    """A telephone number, as a carrier wants it: digits, with a + before them or without."""
    if text and not NUMBER.fullmatch(text):  # without one the centre's first is shown
        raise argparse.ArgumentTypeError("a number is 1 to 20 digits, with a + before them or without")
    return text


def options_from(words: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="./run telephony", description="The telephone exchange of this installation.")
    parser.add_argument("act", choices=["install", "start", "stop", "status"])
    parser.add_argument("--instance", default="main", metavar="NAME", help="one of several side by side (main)")
    parser.add_argument("--number", type=int, default=0, help="which set of ports: 0, 1, 2 … (0)")
    parser.add_argument("--host", default="127.0.0.1", help="address for telephones and trunks (127.0.0.1)")
    parser.add_argument("--trunk", action="append", type=trunk_of, default=[], metavar="NAME=ADDRESS[:PORT]")
    parser.add_argument("--check-trunk", default="", metavar="NAME", help="the trunk over which the line is checked")
    parser.add_argument(
        "--caller-id", default="", type=number_of, metavar="NUMBER",
        help="what those see who are called (the centre's first dialled number)",
    )  # fmt: skip
    parser.add_argument("--mirror", default=env.text("HOTLINE_DEBIAN_MIRROR"), help="where Debian is fetched from")
    return parser.parse_args(words)


def act(options: argparse.Namespace) -> str:
    """Do it, and say what was done."""
    if options.act == "install":
        found = software.install(top() / "asterisk", mirror=options.mirror)
        missing = software.lacking()
        if missing:
            words = " ".join(missing)
            raise NoExchange(f"Asterisk {found.shown} is ready; prompts lack {words}. Run:  apt install {words}")
        return f"Asterisk {found.shown} is ready"
    here = exchange(options.instance)
    if options.act == "start":
        if options.check_trunk and options.check_trunk not in {trunk.name for trunk in options.trunk}:
            raise NoExchange(f"there is no trunk {options.check_trunk!r}: name it with --trunk too")
        ports = instance.spread(options.number, options.instance, options.trunk)
        running = here.start(
            replace(ports, sip_host=options.host, check_trunk=options.check_trunk, caller_id=options.caller_id)
        )
        return f"{options.instance} runs: SIP {running.sip_host}:{running.sip_port}, ARI {running.address}"
    if options.act == "stop":
        return f"{options.instance} stopped" if here.stop() else f"{options.instance} did not run"
    pid, settled = here.process(), here.settled()
    if pid is None or settled is None:
        return f"{options.instance} does not run (Asterisk {here.software.shown})"
    calls = here.command("core show channels count").strip().splitlines()
    return "\n".join([f"{options.instance} runs as process {pid}, Asterisk {here.software.shown}", *calls])


def hold(name: str = "main") -> None:
    """Keep an instance running until told to stop, then stop it; returns when it ended by itself."""
    here = exchange(name)
    settled = here.settled()
    if here.process() is None:
        here.start(settled or instance.spread(0, name))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(LOOK) and here.process() is not None:
        pass
    if stop.is_set():
        here.stop()


def main(words: Sequence[str] | None = None) -> int:
    """The command."""
    try:
        print(act(options_from(sys.argv[1:] if words is None else words)))
    except NoExchange as problem:
        print(f"hotline: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Prepare the demonstration, or replay a file of real reports."""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hotline.config.demo import shares, stage
from hotline.people.models import Position


class Command(BaseCommand):
    """What stands behind `./run demo`."""

    help = "Fill a centre for the demonstration and tell how to sign in."
    requires_system_checks = ()  # `./run check` looks through the program, not every start

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As ./run demo takes them."""
        parser.add_argument("--prepare", action="store_true", help="leave the serving to ./run")
        parser.add_argument("--speed", default="", help="how many times faster than real the clock runs")
        parser.add_argument("--fresh", action="store_true", help="throw the last demonstration away")
        parser.add_argument("--days", type=int, default=stage.DAYS, help="how many days of history are told")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--replay", type=Path, help="a file of reports to replay")
        parser.add_argument("--share", default="", help="one of the processes of a replay, as 0/2")
        parser.add_argument("--in-time", action="store_true", help="the share's afternoon passes with the clock")
        parser.add_argument("--exit", action="store_true", help="replay to the end, tell the account, and stop")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare, or replay."""
        file: Path | None = options["replay"]
        if file is not None and options["share"]:
            share, of = options["share"].split("/")
            shares.work_share(file, int(share), int(of), in_time=options["in_time"])
            return
        if file is not None and options["exit"]:
            stage.ready_to_replay(fresh=options["fresh"])
            account = shares.run_all(file)
            self.stderr.write("\n" + "\n".join(account.lines()) + "\n")
            if not account.holds:
                raise SystemExit(1)
            return
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(options["host"], options["host"])
        url = f"http://{host}:{options['port']}/"
        fresh = options["fresh"]
        if file is not None:
            found = stage.prepare_replay(file, speed=_speed(options["speed"] or "120"), fresh=fresh, url=url)
        else:
            speed = _speed(options["speed"] or "1")
            found = stage.prepare(speed=speed, fresh=fresh, url=url, days=max(1, options["days"]))
        self.tell(found, url)

    def tell(self, logins: list[stage.Login], url: str) -> None:
        """The page to open and who may sign in."""
        self.stderr.write(f"\nhotline: open {url}\n")
        self.stderr.write(f"         password of everybody below: {logins[0].password}\n")
        for login in logins:
            label = str(Position(login.position).label)
            self.stderr.write(f"         {login.username:<16} {login.name}  {label}\n")
        self.stderr.write("\n")


def _speed(text: str) -> Decimal:
    try:
        speed = Decimal(text)
    except InvalidOperation:
        speed = Decimal(0)
    if not speed.is_finite() or speed <= 0:
        raise CommandError(f"--speed {text} is not a number above nought")
    return speed

"""The demonstration's people at work, in clock time: what `./run demo` runs beside the pages."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hotline.config.demo import beside, centre, past_month, shares, stage
from hotline.config.demo.live import Living
from hotline.config.demo.world import World
from hotline.core import clock
from hotline.people.models import Centre


class Command(BaseCommand):
    """Run until told to stop."""

    help = "Let the demonstration's staff work and reports come in."
    requires_system_checks = ()  # `./run check` looks through the program, not every start

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The clock is told by the environment; the speed is taken so that both command lines are alike."""
        parser.add_argument("--speed", default="1")
        parser.add_argument("--replay", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Live."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if options["replay"]:
            self.replay(options["replay"], stop)
            return
        found = Centre.objects.filter(code=centre.CODE).first()
        if found is None:
            raise CommandError("There is no demonstration here yet: ./run demo")
        beside.in_the_background(lambda: past_month.fill(found, clock.now()))
        Living(World(found, kept=stage.kept_seats(found))).run(stop)

    def replay(self, file: Path, stop: threading.Event) -> None:
        """Replay beside the pages, tell the account, and stay until told to stop."""
        account = shares.run_all(file, in_time=True, stop=stop)
        self.stdout.write("\n".join(account.lines()))
        stop.wait()

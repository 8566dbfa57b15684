"""The ACD of a centre: the process that hands out its calls."""

import asyncio
import signal
import sys
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from hotline.acd import scribe
from hotline.acd.asterisk import Asterisk
from hotline.acd.exchange import instance
from hotline.acd.runner import Runner
from hotline.acd.switch import Deposed, Switch
from hotline.config import telephony
from hotline.people.models import Centre
from hotline.people.queries import system_person
from hotline.telephony.queries import for_acd

TURN = 0.0005  # seconds: how long the writer's thread may go on while a call waits to be heard


class Command(BaseCommand):
    """Run until told to stop."""

    help = "Hand out a centre's calls."
    requires_system_checks = ()  # `./run check` looks through the program, not every start

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which centre, on which exchange."""
        parser.add_argument("--centre", help="code of the centre; needless when there is one alone")
        parser.add_argument("--instance", default="main", help="the exchange: ./run telephony start --instance NAME")
        parser.add_argument("--simulated", action="store_true", help="the demonstration's exchange, without sound")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Lead."""
        centre = self.centre(options["centre"])
        switch = self.simulated(centre) if options["simulated"] else self.asterisk(options["instance"], centre)
        by = system_person(centre)
        runner = Runner(
            centre, by, switch, telephony.top(), scribe=None if options["simulated"] else scribe.begin(centre, by)
        )
        try:
            asyncio.run(lead(runner))
        except Deposed:
            raise CommandError("Another ACD leads this centre by now.") from None

    def asterisk(self, name: str, centre: Centre) -> Switch:
        """The exchange of an instance."""
        home = telephony.top() / name
        settled = instance.read(home)
        if settled is None:
            raise CommandError(f"There is no exchange {name} yet: ./run telephony start")

        def number() -> str:
            """Asked by a thread of its own; while the database is away it stays as it was."""
            try:
                return for_acd.own_number(centre)
            except OperationalError:
                return ""
            finally:
                connection.close()

        return Asterisk(settled, home, number)

    def simulated(self, centre: Centre) -> Switch:
        """The demonstration's exchange; never for real callers."""
        from hotline.config.demo import centre as demo  # noqa: PLC0415 an ACD that takes over waits for nothing it needs not
        from hotline.config.demo import stage, telephones  # noqa: PLC0415

        if centre.code != demo.CODE:
            raise CommandError("Only the demonstration's centre has a simulated exchange: ./run demo")
        return telephones.switch(centre, telephony.top(), stage.kept_seats(centre))

    def centre(self, code: str | None) -> Centre:
        """The centre that is meant."""
        rows = list(Centre.objects.filter(code=code) if code else Centre.objects.order_by("pk")[:2])
        if len(rows) != 1:
            raise CommandError("Say which centre: --centre CODE")
        return rows[0]


async def lead(runner: Runner) -> None:
    """Run, and end at a signal."""
    sys.setswitchinterval(TURN)
    task = asyncio.create_task(runner.run())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task

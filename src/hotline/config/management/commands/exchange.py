"""The telephone exchange as a part of what is served: it starts with the others and stops with them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hotline.acd.exchange.problem import NoExchange
from hotline.config import telephony


class Command(BaseCommand):
    """Run until told to stop."""

    help = "Keep the exchange running (beside ./run serve: --also exchange)."
    requires_system_checks = ()  # `./run check` looks through the program, not every start

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one."""
        parser.add_argument("--instance", default="main", help="its name, as for ./run telephony start")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Hold it."""
        try:
            telephony.hold(options["instance"])
        except NoExchange as problem:
            raise CommandError(str(problem)) from None

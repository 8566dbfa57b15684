"""./run manage import_standard FILE: take in a filing and closing standard, all of it or nothing."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from hotline.cases.management.importing import ImportCommand
from hotline.cases.services.import_standard import import_standard
from hotline.core import clock


class Command(ImportCommand):
    """Import a filing and closing standard (CSV)."""

    help = "Import a filing and closing standard: all rows or none. A second time changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Also from which day, and whether the file is the whole standard."""
        super().add_arguments(parser)
        parser.add_argument("--since", type=date.fromisoformat, help="first day of new conditions (else today)")
        parser.add_argument("--complete", action="store_true", help="conditions that the file does not name end today")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, and tell every row that is wrong."""
        run = import_standard(
            file_name=options["file"].name,
            content=self.read(options["file"]),
            since=options["since"],
            complete=options["complete"],
            by=self.person(options["centre"], options["by"]),
            at=clock.now(),
        )
        self.tell(run, options["language"])
        self.end_all_or_nothing(run)

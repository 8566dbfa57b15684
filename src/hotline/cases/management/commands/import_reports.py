"""./run manage import_reports FILE --map nyc311: reports of another system become cases, row by row."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from hotline.cases.management.importing import ImportCommand
from hotline.cases.queries.imports import MAPS
from hotline.cases.services.import_reports import begin_reports, go_on
from hotline.core import clock


class Command(ImportCommand):
    """Import reports of another system (CSV)."""

    help = "Import reports of another system: each row becomes a case or is named. A second time changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Also by which map."""
        super().add_arguments(parser)
        parser.add_argument("--map", choices=MAPS, required=True, help="whose columns and complaints these are")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, register, and tell every row that is named."""
        by = self.person(options["centre"], options["by"])
        content, map_name = self.read(options["file"]), options["map"]
        begun = begin_reports(file_name=options["file"].name, content=content, map_name=map_name, by=by, at=clock.now())
        run = go_on(run_id=begun.pk, map_name=map_name, by=by, at=clock.now(), tell=self.progress)
        self.tell(run, options["language"])
        if run.rows == run.refused:
            raise CommandError("no row could be taken")

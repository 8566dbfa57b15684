"""./run manage import_districts FILE: take in districts and grids, the whole map or nothing."""

from argparse import ArgumentParser
from typing import Any

from hotline.cases.management.importing import ImportCommand
from hotline.cases.services.import_districts import import_districts
from hotline.core import clock


class Command(ImportCommand):
    """Import districts and grids (GeoJSON)."""

    help = "Import districts and grids from GeoJSON: all or none. A second time changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Also whether the file is the whole map."""
        super().add_arguments(parser)
        parser.add_argument("--complete", action="store_true", help="areas that the file does not hold go out of use")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, and tell every area that is wrong."""
        run = import_districts(
            file_name=options["file"].name,
            content=self.read(options["file"]),
            complete=options["complete"],
            by=self.person(options["centre"], options["by"]),
            at=clock.now(),
        )
        self.tell(run, options["language"])
        self.end_all_or_nothing(run)

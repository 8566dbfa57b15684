"""What the three import commands share: the file, the centre, who acts, and how a run is told."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, override

from hotline.cases.models import ImportRow, ImportRun
from hotline.cases.queries.imports import named_rows
from hotline.people.models import Centre, Person
from hotline.people.queries import system_person

LANGUAGES = ("zh-hans", "en")


class ImportCommand(BaseCommand):
    """Reads a file as the centre's own program, or as the person who is named."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whose it is."""
        parser.add_argument("file", type=Path, help="the file to read")
        parser.add_argument("--centre", default="", help="code of the centre; not needed where there is one")
        parser.add_argument("--by", default="", help="user name of who imports; else the centre's own program")
        parser.add_argument("--language", choices=LANGUAGES, default="en", help="language of what is printed")

    def read(self, path: Path) -> bytes:
        """The bytes of the file."""
        try:
            return path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def person(self, centre_code: str, username: str) -> Person:
        """Who acts."""
        if username:
            found = Person.objects.filter(username__iexact=username, is_active=True).first()
            if found is None:
                raise CommandError(f"nobody here has the user name {username}")
            return found
        centres = list(Centre.objects.filter(**({"code": centre_code} if centre_code else {}))[:2])
        if len(centres) != 1:
            raise CommandError("name the centre: --centre CODE" if centres else "there is no such centre")
        return system_person(centres[0])

    def tell(self, run: ImportRun, language: str) -> None:
        """Every named row, then the sums."""
        with override(language):
            for row in named_rows(run):
                self.stdout.write(sentence(row))
        self.stdout.write(
            f"{run.file_name}: {run.rows} rows, {run.new} new, {run.changed} changed, {run.unchanged} unchanged, "
            f"{run.refused} refused"
        )

    def end_all_or_nothing(self, run: ImportRun) -> None:
        """Leave with an error when nothing was written."""
        if run.refused:
            raise CommandError("nothing was written; mend the rows above and import the file again")

    def progress(self, done: int, of: int) -> None:
        """How far a long run is, where somebody looks at it."""
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done} of {of}", ending="")


def sentence(row: ImportRow) -> str:
    """A named row as one line: where, which column, why, which key."""
    reason = gettext(row.reason).format(**row.params)
    key = f" ({row.key})" if row.key else ""
    column = f", {row.column}" if row.column else ""
    where = f"line {row.line}{column}: " if row.line else ""
    return f"{'refused' if row.is_refused else 'look at'} {where}{reason}{key}"

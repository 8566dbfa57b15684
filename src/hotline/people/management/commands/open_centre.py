"""Open a centre with its first administrator, and print the link by which he sets his password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse

from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.people import queries
from hotline.people.models import Position, UnitKind
from hotline.people.services import accounts, organisation


class Command(BaseCommand):
    """`./run manage open_centre north 北区热线 --admin zhangsan --name 张三 --number 0001`."""

    help = "Open a centre and invite its first system administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The centre, then the person."""
        parser.add_argument("code", help="short name of the centre: letters, digits, hyphens")
        parser.add_argument("title", help="the centre's name as people read it")
        parser.add_argument("--admin", required=True, help="user name of the first administrator")
        parser.add_argument("--name", required=True, help="his full name")
        parser.add_argument("--number", default="0001", help="his staff number")
        parser.add_argument("--site", default="http://127.0.0.1:8000", help="where the pages are served")

    def handle(self, *_args: Any, **options: Any) -> None:
        """All or nothing."""
        at = clock.now()
        try:
            with transaction.atomic():
                centre = organisation.open_centre(code=options["code"], name=options["title"], by=None, at=at)
                system = queries.system_person(centre)
                person = organisation.hire(
                    number=options["number"],
                    name=options["name"],
                    username=options["admin"],
                    position=Position.SYSADMIN,
                    unit=centre.units.get(kind=UnitKind.OFFICE, parent__isnull=True),
                    since=clock.local_day(at),
                    by=system,
                    at=at,
                )
                token = accounts.invite(person=person, by=system, at=at)
        except IntegrityError:
            raise CommandError(f"There is a centre {options['code']} already.") from None
        except Refused as error:
            raise CommandError(str(error)) from None
        link = options["site"].rstrip("/") + reverse("people:invitation", args=[token])
        self.stdout.write(f"{person.name} ({person.username}) sets his password here, once, within 24 hours:\n{link}")

"""A town whose public page is open, reports of citizens, and matters taken to their end."""

import io
import re
from datetime import timedelta
from typing import Any

from PIL import Image

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.citizens.models import CallBack
from hotline.citizens.queries import public
from hotline.citizens.services import calls, intake
from hotline.citizens.services.intake import Told
from hotline.core import clock, jobs
from hotline.customers import services as customers
from hotline.messages.models import Message
from hotline.messages.queries import letter_of
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people

NINE, MINUTE, HOUR = cases.NINE, cases.MINUTE, cases.HOUR
DAY = timedelta(days=1)
NUMBER, OTHER = "13800001234", "13900005678"
FORM = "f" * 32


def town(code: str = "", **values) -> cases.Town:
    """A town with an open public page."""
    made = cases.town(code)
    keeper = people.person(made.centre, position=Position.CENTRE_SUPERVISOR)
    intake.set_intake(centre=made.centre, values={"is_open": True, **values}, by=keeper, at=NINE)
    return made


def web(of: cases.Town) -> Person:
    """The program that acts for citizens."""
    return public.web_person(of.centre)


def report(of: cases.Town, *, form: str = FORM, at=NINE, photos=(), language="zh-hans", **more):
    """What a citizen reports through the page."""
    said: dict[str, Any] = {"description": "学府路井盖松动", "place": "学府路口", "name": "王小云", "number": NUMBER}
    said |= {"latitude": cases.POINT[0], "longitude": cases.POINT[1]} | more
    return intake.take_report(form=form, told=Told(**said), photos=photos, language=language, by=web(of), at=at)


def phoned(of: cases.Town, at=NINE, number: str = NUMBER, name: str = "王小云", **more) -> Case:
    """A report by telephone, with its caller."""
    customer = customers.register(by=of.operator, at=at, name=name, number=number, is_another=True)
    return cases.report(of, at, customer=customer, **more)


def closed(of: cases.Town, case: Case, at=NINE) -> cases.Walk:
    """Take a case to its end."""
    walk = cases.Walk(of, case, at)
    if case.holding is not None and case.holding.queue:
        walk.take()
    return walk.closed()


def settle(at=NINE) -> None:
    """Let every event be handled now."""
    while jobs.settle(at=at):
        pass


def call_of(case: Case) -> CallBack:
    """The newest call-back of a case."""
    return CallBack.objects.filter(case=case).order_by("-round")[0]


def in_hand(of: cases.Town, case: Case, at, by: Person | None = None) -> CallBack:
    """The call-back of a case, in somebody's hands."""
    return calls.take(call_id=call_of(case).pk, by=by or of.second, at=at)


def texts(case: Case) -> list[str]:
    """What was written about a case, oldest first."""
    rows = Message.objects.filter(about=f"cases.case:{case.pk}").order_by("pk")
    letters = [letter_of(row) for row in rows]
    return [letter.text for letter in letters if letter]


def photo(color: str = "red", size=(80, 60), exif=None) -> bytes:
    """A small JPEG, if asked with what a camera writes into it."""
    out = io.BytesIO()
    extra = {"exif": exif} if exif is not None else {}
    Image.new("RGB", size, color).save(out, "JPEG", **extra)
    return out.getvalue()


def with_position() -> bytes:
    """A picture that says where and when it was taken."""
    exif = Image.Exif()
    exif[0x9003] = "2026:03:09 08:55:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 54.0, 0.0), 3: "E", 4: (112.0, 33.0, 0.0)})
    return photo(exif=exif)


def local(at) -> str:
    """Day and time on the centre's wall."""
    return clock.local(at).strftime("%d %H:%M")


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]

"""A posted report: what it says, what is wrong with it, and what makes it the same report again. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from urllib.parse import urlsplit

from hotline.kernel.words import gettext_noop as _
from hotline.open311.logic.asking import BAD, MISSING, Arguments, Fault
from hotline.open311.logic.texts import plain
from hotline.open311.logic.updates import CLOSED, OPEN

MOST_TEXT = 4_000
MOST_LINE = 200
MOST_URL = 500
MOST_FILES = 5
MOST_BYTES = 10_000_000
CONDITION, SECRET, OWN_ID = "COND", "SECRET", "EXTERNAL_ID"
UNSURE = "0"  # the answer of somebody who does not know which condition holds
DEGREES = {"lat": 90, "long": 180}
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,40})\](?:\[\])?")
_DEGREE = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,20})?")
NOT_SENT_AGAIN = frozenset({"api_key", "jurisdiction_id"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came along."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Wish:
    """A report as it was posted, read and found whole."""

    code: str
    description: str = ""
    place: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    address_id: str = ""
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = ""
    phone: str = ""
    email: str = ""
    account: str = ""
    media_url: str = ""
    files: tuple[Upload, ...] = ()
    token: str = ""
    fingerprint: str = ""


def read_wish(arguments: Arguments, lists: Mapping[str, Sequence[str]], files: tuple[Upload, ...], token: str) -> Wish:
    """The report of a POST; `lists` has every value of every argument. Faults stay with the arguments."""
    answers = answers_of(lists)
    return Wish(
        code=_code(arguments),
        description=_description(arguments),
        place=plain(arguments.text("address_string"))[:MOST_LINE],
        **_point(arguments),
        address_id=arguments.text("address_id")[:40],
        answers=answers,
        name=plain(f"{arguments.text('last_name')}{_between(arguments)}{arguments.text('first_name')}").strip()[:60],
        phone=arguments.text("phone")[:40],
        email=plain(arguments.text("email"))[:100],
        account=plain(arguments.text("account_id"))[:100],
        media_url=media_url(arguments),
        files=_files(arguments, files),
        token=(token.strip() or "".join(answers.get(OWN_ID, ())))[:MOST_LINE],
        fingerprint=fingerprint(lists, files),
    )


def _between(arguments: Arguments) -> str:
    """A Chinese name is written in one, any other with a space."""
    names = arguments.text("first_name") + arguments.text("last_name")
    return " " if names.isascii() else ""


def _code(arguments: Arguments) -> str:
    code = arguments.text("service_code")
    if not code:
        arguments.faults.append(Fault(BAD, _("service_code is missing.")))
    return code


def _description(arguments: Arguments) -> str:
    text = arguments.text("description")
    if len(text) > MOST_TEXT:
        note = _("description has {length} characters; {most} are allowed.")
        arguments.faults.append(Fault(BAD, note, {"length": len(text), "most": MOST_TEXT}))
    return text


def _point(arguments: Arguments) -> dict[str, Decimal | None]:
    """Latitude and longitude, both or neither; one of the ways to say where it is must be there."""
    texts = {name: arguments.text(name) for name in DEGREES}
    given = [name for name, text in texts.items() if text]
    if not given and not plain(arguments.text("address_string")) and not arguments.text("address_id"):
        note = _("Say where it is: lat and long, or address_string, or address_id.")
        arguments.faults.append(Fault(BAD, note))
    if len(given) == 1:
        missing = "long" if given == ["lat"] else "lat"
        note = _("{given} needs {missing}.")
        arguments.faults.append(Fault(BAD, note, {"given": given[0], "missing": missing}))
    point = {name: degrees(arguments, name) for name in given}
    if len(point) < 2 or None in point.values():
        return {"latitude": None, "longitude": None}
    return {"latitude": point["lat"], "longitude": point["long"]}


def degrees(arguments: Arguments, name: str) -> Decimal | None:
    """A coordinate to six places."""
    text = arguments.text(name)
    try:
        if _DEGREE.fullmatch(text) and text.isascii():
            found = round(Decimal(text), 6)
            if abs(found) <= DEGREES[name]:
                return found
    except InvalidOperation:  # more digits than any place on earth needs
        pass
    arguments.faults.append(Fault(BAD, _("{name} must be degrees, as 37.900000."), {"name": name}))
    return None


def media_url(arguments: Arguments) -> str:
    """A link to a picture elsewhere: kept for those who work the case, never fetched and never shown to others."""
    text = arguments.text("media_url")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and len(text) <= MOST_URL
    except ValueError:
        fits = False
    if not fits or any(sign.isspace() or sign in "<>\"'" for sign in text):
        arguments.faults.append(Fault(BAD, _("media_url must be an address that begins with http.")))
        return ""
    return text


def _files(arguments: Arguments, files: tuple[Upload, ...]) -> tuple[Upload, ...]:
    if len(files) > MOST_FILES:
        arguments.faults.append(Fault(BAD, _("At most {most} files can come along."), {"most": MOST_FILES}))
    if any(len(file.content) > MOST_BYTES for file in files):
        note = _("A file may have {most} bytes at most.")
        arguments.faults.append(Fault(BAD, note, {"most": MOST_BYTES}))
    return files


def answers_of(lists: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The answers by the code of their attribute; empty ones are absent."""
    found: dict[str, list[str]] = {}
    for name, values in lists.items():
        match = _ATTRIBUTE.fullmatch(name)
        if match:
            given = [plain(value)[:MOST_TEXT] for value in values]
            found.setdefault(match[1], []).extend(value for value in given if value)
    return {code: tuple(values) for code, values in found.items() if values}


def fingerprint(lists: Mapping[str, Sequence[str]], files: Iterable[Upload]) -> str:
    """The same for the same report sent again, whatever the order of its fields; the key is no part of it."""
    made = sha256()
    for name in sorted(lists):
        if name not in NOT_SENT_AGAIN:
            for value in lists[name]:
                made.update(f"{len(name)}:{name}{len(value)}:{value}".encode("utf-8", "surrogatepass"))
    for file in files:
        made.update(sha256(file.content).digest())
    return made.hexdigest()


# ---------------------------------------------------------------- the attributes of a service


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values an attribute offers."""

    key: str
    name: str


def answer_faults(
    answers: Mapping[str, tuple[str, ...]], offered: Mapping[str, tuple[bool, Sequence[Choice]]]
) -> list[Fault]:
    """What is wrong with the answers: a required one missing, one that was not offered, several where one is asked."""
    found = []
    for code, (required, choices) in offered.items():
        given = answers.get(code, ())
        if required and not given:
            found.append(Fault(BAD, _("The required attribute {code} is missing."), {"code": code}))
        if len(given) > 1:
            found.append(Fault(BAD, _("The attribute {code} takes one value."), {"code": code}))
        if choices and set(given) - {choice.key for choice in choices}:
            found.append(Fault(BAD, _("The attribute {code} does not offer that value."), {"code": code}))
    return found


# ---------------------------------------------------------------- an update of a program


@dataclass(frozen=True, slots=True)
class Told:
    """An update that a program posted."""

    request_id: str
    foreign_id: str
    is_closed: bool
    at: datetime
    text: str
    foreign_code: str = ""
    media_url: str = ""


def read_told(arguments: Arguments) -> Told:
    """The update of a POST; faults stay with the arguments."""
    for name in ("service_request_id", "update_id", "status", "updated_datetime", "description"):
        if not arguments.text(name):
            arguments.faults.append(Fault(BAD, _("{name} is missing."), {"name": name}))
    status = arguments.text("status").lower()
    if status and status not in {OPEN, CLOSED}:
        arguments.faults.append(Fault(BAD, _("status is open or closed.")))
    moment = arguments.moment("updated_datetime")
    if moment is not None and moment > arguments.at:
        arguments.faults.append(Fault(BAD, _("updated_datetime lies in the future.")))
    if len(arguments.text("update_id")) > 100:
        arguments.faults.append(Fault(BAD, _("update_id has more than {most} characters."), {"most": 100}))
    return Told(
        request_id=arguments.text("service_request_id"),
        foreign_id=arguments.text("update_id"),
        is_closed=status == CLOSED,
        at=moment or arguments.at,
        text=_description(arguments),
        foreign_code=plain(arguments.text("external_status_code"))[:100],
        media_url=media_url(arguments),
    )


def unknown_service() -> Fault:
    """There is no service of that code."""
    return Fault(MISSING, _("There is no such service_code."))


def unknown_request() -> Fault:
    """There is no public request of that id."""
    return Fault(MISSING, _("There is no such service_request_id."))

"""`./run attendance FILE`: judges shifts by the facts in a file, for other systems; no database, no network.

What it reads, prints and how it ends is a contract that others rely on. Only the answer goes to standard output.
"""

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from hotline.kernel.given import Given, Inexact, NotAsAgreed, parse
from hotline.kernel.spans import Span
from hotline.rulebook.attendance import (
    ATTENDANCE,
    AttendanceTerms,
    Away,
    Excused,
    Hold,
    Judged,
    Shift,
    Trace,
    attendance,
    attendance_terms,
)
from hotline.rulebook.parameters.book import PARAMETERS, near
from hotline.rulebook.parameters.kinds import BadValue
from hotline.rulebook.parameters.values import in_force
from hotline.rulebook.shifts import ZONE

WRONG_INPUT = 2
TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(\+1)?", re.ASCII)
A_TIME = "a time such as 08:30 or 08:30:00, on the next day 06:00+1"
LONGEST = timedelta(hours=24)


def main(words: Sequence[str] | None = None) -> int:
    """Judge the shifts of one file; 2 with the file, the place in it and what is expected there when it is wrong."""
    path: Path = _parser().parse_args(words).file
    try:
        given = parse(path.read_bytes())
        found = [_one(item) for item in given.items()] if given.is_list else _one(given)
    except NotAsAgreed as fault:
        return _wrong(path, str(fault))
    except OSError as fault:
        return _wrong(path, f"the whole file: expected one that can be read: {fault.strerror}")
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode() + b"\n")  # UTF-8 in every locale
    return 0


def _one(given: Given) -> dict[str, Any]:
    reader = _Reader(given)
    shift, names = reader.shift()
    terms = _terms(reader.top.get("parameters"), shift.day)
    return _told(attendance.on(shift.day)(shift, terms), names)


def _told(judged: Judged, names: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "state": judged.state.value,
        "late_seconds": judged.late,
        "early_leave_seconds": judged.early_leave,
        "over_limit": [{"case": names[one.case], "seconds": one.seconds} for one in judged.over_limit],
        "reasons": [
            {"clause": one.clause, "zh": one.zh, "en": one.en, "evidence": list(one.evidence)} for one in judged.reasons
        ],
    }


# ---------------------------------------------------------------- the question

FIELDS = ("traces", "holdings", "excuses", "leave", "parameters")


class _Reader:
    """Reads one shift; every time is local to the shift's date."""

    def __init__(self, given: Given) -> None:
        self.top = given.fields(needed=["shift"], may=FIELDS)
        self.about = self.top["shift"].fields(needed=["date", "start", "end"], may=["breaks", "must_clear_queue"])
        self.day = self.about["date"].by(_date, "a date such as 2026-10-05")
        if self.day < ATTENDANCE.first_day:
            raise self.about["date"].wrong(f"a date from {ATTENDANCE.first_day} on, when the rules begin")
        if self.day > date(9999, 12, 1):
            raise self.about["date"].wrong("a date before December 9999")
        self.names: dict[str, Any] = {}

    def shift(self) -> tuple[Shift, dict[str, Any]]:
        span = Span(self._time(self.about["start"]), self._after("start", "end", self.about))
        if span.length > LONGEST:
            raise self.about["end"].wrong("an end within 24 hours of the start")
        found = Shift(
            day=self.day,
            span=span,
            breaks=self._breaks(span),
            must_clear_queue=self.about["must_clear_queue"].flag() if "must_clear_queue" in self.about else False,
            traces=tuple(self._trace(one) for one in self._list("traces")),
            holds=tuple(self._hold(one) for one in self._list("holdings")),
            excuses=tuple(self._excuse(one) for one in self._list("excuses")),
            leave=self._leave(span),
        )
        return found, self.names

    def _list(self, name: str) -> list[Given]:
        return self.top[name].items() if name in self.top else []

    def _time(self, given: Given) -> datetime:
        return given.by(lambda text: _moment(self.day, text), A_TIME)

    def _after(self, first: str, second: str, fields: Mapping[str, Given], *, same: bool = False) -> datetime:
        """The second of two times, which must come after the first one."""
        since, until = self._time(fields[first]), self._time(fields[second])
        if until < since or (until == since and not same):
            raise fields[second].wrong(f"a time after “{first}”; on the next day it ends in +1")
        return until

    def _breaks(self, shift: Span) -> tuple[Span, ...]:
        found: list[Span] = []
        for one in self.about["breaks"].items() if "breaks" in self.about else []:
            pair = one.items()
            if len(pair) != 2:
                raise one.wrong('two times, such as ["12:00", "13:00"]')
            since, until = (self._time(half) for half in pair)
            if not shift.start <= since < until <= shift.end:
                raise one.wrong("a break within the shift, its end after its begin")
            if any(since < other.end and other.start < until for other in found):
                raise one.wrong("breaks that do not overlap")
            found.append(Span(since, until))
        return tuple(found)

    def _trace(self, given: Given) -> Trace:
        fields = given.fields(needed=["at", "kind"])
        return Trace(self._time(fields["at"]), fields["kind"].text())

    def _hold(self, given: Given) -> Hold:
        fields = given.fields(needed=["case", "received"], may=["handled"])
        case = fields["case"]
        if type(case.value) is not int:
            case.text("the case's number or name")
        handled = None
        if "handled" in fields and fields["handled"].value is not None:
            handled = self._after("received", "handled", fields, same=True)
        name = str(case.value)
        self.names[name] = case.value
        return Hold(name, self._time(fields["received"]), handled, handled)

    def _excuse(self, given: Given) -> Excused:
        fields = given.fields(needed=["from", "to", "reason"])
        span = Span(self._time(fields["from"]), self._after("from", "to", fields))
        return Excused(span, fields["reason"].text())

    def _leave(self, shift: Span) -> tuple[Away, ...]:
        """None, a kind for the whole shift, or an object that may say from when to when; or several of them."""
        given = self.top.get("leave")
        if given is None or given.value is None:
            return ()
        several = given.items() if given.is_list else [given]
        return tuple(self._away(one, shift) for one in several)

    def _away(self, given: Given, shift: Span) -> Away:
        if isinstance(given.value, str):
            return Away(given.text())
        if not isinstance(given.value, dict):
            raise given.wrong("null, a kind such as “sick”, or an object with kind, from and to")
        fields = given.fields(needed=["kind"], may=["from", "to", "days", "spell"])
        if ("from" in fields) != ("to" in fields):
            raise given.wrong("both from and to, or neither for the whole shift")
        kind = fields["kind"].text()
        if "from" not in fields:
            if "days" in fields and fields["days"].value in ("0.5", 0):
                raise fields["days"].wrong("from and to as well where leave is less than the shift")
            return Away(kind)
        span = Span(self._time(fields["from"]), self._after("from", "to", fields))
        if span.end <= shift.start or shift.end <= span.start:
            raise given.wrong("leave within the shift")
        return Away(kind, span)


def _date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def _moment(day: date, text: str) -> datetime:
    found = TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    hour, minute, second, is_next = found.groups()
    at = time(int(hour), int(minute), int(second or 0))
    return datetime.combine(day + timedelta(days=1 if is_next else 0), at, ZONE)


# ---------------------------------------------------------------- parameters


def _terms(given: Given | None, day: date) -> AttendanceTerms:
    """The rulebook's values on that day, with what the file says in their place: any key of it, and no other."""
    overrides = {key: _value(key, value) for key, value in given.pairs().items()} if given is not None else {}
    return attendance_terms(in_force(day, overrides=overrides).reading())


def _value(key: str, given: Given) -> object:
    if key not in PARAMETERS:
        like = f", perhaps {' or '.join(near(key))}" if near(key) else ""
        raise NotAsAgreed(given.path, f"a key of the rulebook{like}")
    try:
        if _is_inexact(given.value):
            raise BadValue(PARAMETERS[key].kind.expected)
        PARAMETERS[key].parsed(given.value)
    except BadValue as fault:
        raise given.wrong(fault.expected.en) from None
    return given.value


def _is_inexact(value: object) -> bool:
    """Whether a binary float stands anywhere in it."""
    if isinstance(value, dict):
        return any(_is_inexact(one) for one in value.values())
    if isinstance(value, list):
        return any(_is_inexact(one) for one in value)
    return isinstance(value, Inexact)


def _wrong(path: Path, what: str) -> int:
    sys.stderr.write(f"attendance: {path}: {what}\n")
    return WRONG_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run attendance", description="Judge a shift, or a list of shifts, by the handbook.", allow_abbrev=False
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="JSON: a shift with its facts, or a list of them")
    return parser


if __name__ == "__main__":
    sys.exit(main())

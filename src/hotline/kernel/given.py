"""Reading what another system gives as JSON: strictly, and saying at which place what is expected.

A `Given` is a value with its path, such as `[3].shift.start`; every mistake is told with that path.
"""

import json
from collections.abc import Callable, Collection
from typing import Any, TypeVar

T = TypeVar("T")


class NotAsAgreed(Exception):
    """The input is wrong: where, what is expected, and what was found."""

    def __init__(self, path: str, expected: str, found: object = None) -> None:
        shown = "" if found is None else f", found {json.dumps(found, ensure_ascii=False, default=str)[:80]}"
        told = f"{path or 'the whole file'}: expected {expected}{shown}"
        super().__init__(told.encode(errors="backslashreplace").decode())


def parse(data: bytes) -> "Given":
    """The JSON of a file in UTF-8; NotAsAgreed when it is none, or says a thing twice."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotAsAgreed(f"byte {fault.start}", "text in UTF-8") from None
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=Inexact)
    except json.JSONDecodeError as fault:
        raise NotAsAgreed(f"line {fault.lineno}, column {fault.colno}", f"JSON ({fault.msg})") from None
    except RecursionError:
        raise NotAsAgreed("", "JSON of a few levels only") from None
    except ValueError as fault:  # a whole number of thousands of digits
        raise NotAsAgreed("", f"JSON ({fault})") from None
    return Given("", found)


class Inexact(str):
    """A number with a point or an exponent: kept as written, so that nothing is rounded, and never taken as text."""

    __slots__ = ()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise NotAsAgreed(f"“{key}”", "each field once")
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise NotAsAgreed(name, "a number of digits")


class Given:
    """A value somewhere in the input."""

    __slots__ = ("path", "value")

    def __init__(self, path: str, value: Any) -> None:
        self.path, self.value = path, value

    def wrong(self, expected: str) -> NotAsAgreed:
        """What to raise when the value is not what it should be."""
        return NotAsAgreed(self.path, expected, "nothing" if self.value is None else self.value)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.value, list)

    def fields(self, *, needed: Collection[str], may: Collection[str] = ()) -> dict[str, "Given"]:
        """The fields of an object; every needed one, and none that nobody knows."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        known = [*needed, *may]
        for key in self.value:
            if key not in known:
                raise NotAsAgreed(self._in(key), f"no such field; the fields are {', '.join(known)}")
        for key in needed:
            if key not in self.value:
                raise NotAsAgreed(self._in(key), "this field")
        return {key: Given(self._in(key), value) for key, value in self.value.items()}

    def items(self) -> list["Given"]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return [Given(f"{self.path}[{number}]", value) for number, value in enumerate(self.value)]

    def pairs(self) -> dict[str, "Given"]:
        """The fields of an object whose names are not known beforehand."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return {key: Given(self._in(key), value) for key, value in self.value.items()}

    def text(self, expected: str = "a text that is not empty") -> str:
        """A text with something in it."""
        if type(self.value) is not str or not self.value.strip():
            raise self.wrong(expected)
        try:
            self.value.encode()
        except UnicodeEncodeError:
            raise self.wrong("text of whole characters, without halves of surrogate pairs") from None
        return self.value

    def whole(self, expected: str = "a whole number from 0 on") -> int:
        """A whole number that is not negative, as a number or as its digits."""
        value = self.value
        if type(value) is str and value.isascii() and value.isdigit() and len(value) <= 12:
            value = int(value)
        if type(value) is not int or not 0 <= value < 10**12:
            raise self.wrong(expected)
        return value

    def flag(self) -> bool:
        """True or false."""
        if type(self.value) is not bool:
            raise self.wrong("true or false")
        return self.value

    def by(self, read: Callable[[str], T], expected: str) -> T:
        """A text read by a function that raises ValueError where it cannot."""
        try:
            return read(self.text(expected))
        except ValueError:
            raise self.wrong(expected) from None

    def _in(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

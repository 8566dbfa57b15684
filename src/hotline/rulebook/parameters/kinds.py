"""What a parameter's value may be: parsed strictly from JSON, kept exact, shown again as JSON.

A number comes as an integer or as a string in decimal notation; a binary float is never taken.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from fractions import Fraction

from hotline.kernel.words import Words

DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


class BadValue(ValueError):
    """A value that cannot be: `expected` says what would be right."""

    def __init__(self, expected: Words) -> None:
        super().__init__(expected.en)
        self.expected = expected


def exact(raw: object) -> Fraction | None:
    """The exact number in an integer or a decimal string; None for everything else."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Fraction(raw)
    if isinstance(raw, str) and DECIMAL.fullmatch(raw):
        return Fraction(raw)
    return None


def plain(value: Fraction | int) -> str:
    """Decimal notation without an exponent and without trailing zeros; the value must have an end."""
    number = Fraction(value)
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
        if digits > 30:
            raise ValueError(f"{value} has no end in decimal notation")
    whole = abs((number * 10**digits).numerator)
    sign = "-" if number < 0 else ""
    if not digits:
        return f"{sign}{whole}"
    text = str(whole).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two bounds, both included, with at most so many digits after the point, or in steps."""

    low: Fraction
    high: Fraction
    places: int = 0
    step: Fraction | None = None

    def parse(self, raw: object) -> Fraction:
        """The exact number; BadValue outside the bounds."""
        value = exact(raw)
        if value is None or not self.low <= value <= self.high or (value * 10**self.places).denominator != 1:
            raise BadValue(self.expected)
        if self.step is not None and (value / self.step).denominator != 1:
            raise BadValue(self.expected)
        return value

    def show(self, value: object) -> object:
        """A whole number as an integer, any other as a string."""
        assert isinstance(value, Fraction)
        return int(value) if not self.places else plain(value)

    @property
    def expected(self) -> Words:
        """What may be given."""
        bounds = {"low": plain(self.low), "high": plain(self.high), "places": self.places}
        if not self.places:
            return Words("{low} 到 {high} 的整数", "a whole number from {low} to {high}")(**bounds)
        if self.step is not None:
            return Words(
                '{low} 到 {high}、以 {step} 为单位的数（写成字符串，如 "2.5"）',
                'a number from {low} to {high} in steps of {step}, as a string such as "2.5"',
            )(**bounds, step=plain(self.step))
        return Words(
            '{low} 到 {high}、最多 {places} 位小数的数（写成字符串，如 "2.5"）',
            'a number from {low} to {high} with at most {places} decimals, as a string such as "2.5"',
        )(**bounds)


def whole(low: int, high: int) -> Number:
    """A whole number between two bounds."""
    return Number(Fraction(low), Fraction(high))


def number(low: int, high: int, places: int) -> Number:
    """A decimal number between two bounds."""
    return Number(Fraction(low), Fraction(high), places)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several named readings."""

    options: Mapping[str, Words]

    def parse(self, raw: object) -> str:
        """The name of the reading."""
        if not isinstance(raw, str) or raw not in self.options:
            raise BadValue(self.expected)
        return raw

    def show(self, value: object) -> object:
        """Its name."""
        return value

    @property
    def expected(self) -> Words:
        """What may be given."""
        names = ", ".join(f'"{name}"' for name in self.options)
        return Words("以下之一：{names}", "one of {names}")(names=names)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def parse(self, raw: object) -> bool:
        """True or false, nothing that merely looks so."""
        if not isinstance(raw, bool):
            raise BadValue(self.expected)
        return raw

    def show(self, value: object) -> object:
        """As JSON's own true or false."""
        return value

    @property
    def expected(self) -> Words:
        """What may be given."""
        return Words("true 或 false", "true or false")


@dataclass(frozen=True, slots=True)
class Choices:
    """Some of several names, in the order of the list."""

    options: Mapping[str, Words]
    fewest: int = 0

    def parse(self, raw: object) -> tuple[str, ...]:
        """Each name once, in the order of the options."""
        if not isinstance(raw, list | tuple) or not all(isinstance(name, str) for name in raw):
            raise BadValue(self.expected)
        if len(set(raw)) != len(raw) or not set(raw) <= set(self.options) or len(raw) < self.fewest:
            raise BadValue(self.expected)
        return tuple(name for name in self.options if name in raw)

    def show(self, value: object) -> object:
        """A list of names."""
        assert isinstance(value, tuple)
        return list(value)

    @property
    def expected(self) -> Words:
        """What may be given."""
        names = ", ".join(f'"{name}"' for name in self.options)
        few = Words("（至少 {few} 项）", " (at least {few})")(few=self.fewest) if self.fewest else Words("", "")
        return Words("由以下各项组成的列表{few}：{names}", "a list of some of {names}{few}")(names=names, few=few)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day."""

    def parse(self, raw: object) -> time:
        """Hours and minutes."""
        found = CLOCK.fullmatch(raw) if isinstance(raw, str) else None
        if found is None:
            raise BadValue(self.expected)
        return time(int(found[1]), int(found[2]))

    def show(self, value: object) -> object:
        """As 08:45."""
        assert isinstance(value, time)
        return value.strftime("%H:%M")

    @property
    def expected(self) -> Words:
        """What may be given."""
        return Words('时刻，如 "08:45"', 'a time of day such as "08:45"')


@dataclass(frozen=True, slots=True)
class Weights:
    """Percentages of named parts that add up to 100."""

    parts: Mapping[str, Words]

    def parse(self, raw: object) -> tuple[tuple[str, Fraction], ...]:
        """Every part with its percentage."""
        if not isinstance(raw, Mapping) or set(raw) != set(self.parts):
            raise BadValue(self.expected)
        found = [(name, exact(raw[name])) for name in self.parts]
        kept = tuple((name, value) for name, value in found if value is not None and value >= 0)
        if len(kept) != len(found) or sum(value for _name, value in kept) != 100:
            raise BadValue(self.expected)
        return kept

    def show(self, value: object) -> object:
        """An object of strings."""
        assert isinstance(value, tuple)
        return {name: plain(share) for name, share in value}

    @property
    def expected(self) -> Words:
        """What may be given."""
        names = ", ".join(f'"{name}"' for name in self.parts)
        return Words(
            "对象，为 {names} 各给出百分比（字符串），合计 100",
            "an object with a percentage, as a string, for each of {names}, adding up to 100",
        )(names=names)


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose shape is code: shown here, changed with a release."""

    def parse(self, _raw: object) -> object:
        """Nobody sets it from outside."""
        raise BadValue(self.expected)

    def show(self, value: object) -> object:
        """As it is."""
        return value

    @property
    def expected(self) -> Words:
        """Why nothing may be given."""
        return Words("此表随软件版本变更，不能在此设定", "nothing: this table changes with a release of the program")


Kind = Number | Choice | Flag | Choices | Clock | Weights | Table

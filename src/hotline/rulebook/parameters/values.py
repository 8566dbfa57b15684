"""The values in force on a day as known on a day, and a reading of them that remembers what was read."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from fractions import Fraction

from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.declaring import Parameter
from hotline.rulebook.parameters.grids import Steps


@dataclass(frozen=True, slots=True)
class Decided:
    """A centre's own value: from which first of a month, decided on which day; never edited."""

    key: str
    raw: object
    effective_from: date
    decided_on: date


@dataclass(frozen=True, slots=True)
class Origin:
    """A value with where it comes from; `source` is shipped, centre or override."""

    value: object
    source: str
    effective_from: date | None = None
    decided_on: date | None = None


class NotKnown(LookupError):
    """On that day nothing was decided for this key."""


@dataclass(slots=True)
class Values:
    """What applies on `day`, by the decisions made until `known_on` (None: by all there are)."""

    day: date
    known_on: date | None = None
    decided: Mapping[str, tuple[Decided, ...]] | None = None  # None: there is no centre
    overrides: Mapping[str, object] = field(default_factory=dict)
    _found: dict[str, Origin] = field(default_factory=dict)
    _shown: dict[str, object] = field(default_factory=dict)

    def origin(self, key: str) -> Origin:
        """The value of a key with its origin; KeyError for an unknown key, NotKnown where nothing is in force."""
        if key not in self._found:
            self._found[key] = self._find(PARAMETERS[key])
        return self._found[key]

    def value(self, key: str) -> object:
        """The exact value of a key."""
        return self.origin(key).value

    def shown(self, key: str) -> object:
        """The same as JSON: integers and strings, never a float."""
        if key not in self._shown:
            self._shown[key] = PARAMETERS[key].shown(self.value(key))
        return self._shown[key]

    def reading(self) -> "Reading":
        """A fresh reading: everything that is read through it is remembered."""
        return Reading(self)

    def _find(self, parameter: Parameter) -> Origin:
        key = parameter.key
        if key in self.overrides:
            return Origin(parameter.parsed(self.overrides[key]), "override")
        known = self.known_on or date.max
        # the later day wins; on one day the centre's own word, and of that the later decision
        found = [
            (one.effective_from, 0, one.decided_on, one.raw)
            for one in parameter.values
            if one.effective_from <= self.day
            and one.decided_on <= known
            and (self.decided is None or not one.needs_act)
        ]
        if self.decided is not None:
            found += [
                (one.effective_from, 1, one.decided_on, one.raw)
                for one in self.decided.get(key, ())
                if one.effective_from <= self.day and one.decided_on <= known
            ]
        if not found:
            raise NotKnown(f"{key}: nothing in force on {self.day} as known on {known}")
        since, source, decided_on, raw = max(found, key=lambda one: one[:3])
        if parameter.by_release:
            return _of_release([one for one in found if not one[1]], [one for one in found if one[1]])
        value = parameter.parsed(raw)
        return Origin(value, "centre" if source else "shipped", since, decided_on)


Found = tuple[date, int, date, object]  # in force since, 1 of the centre, decided on, the value


def _of_release(shipped: list[Found], confirmed: list[Found]) -> Origin:
    """What the program has, as the centre's own where it has confirmed just this."""
    since, _source, decided_on, raw = max(shipped, key=lambda one: one[:3])
    kept = [one for one in confirmed if same(one[3], raw)]
    if not kept:
        return Origin(raw, "shipped", since, decided_on)
    first = min(kept, key=lambda one: one[:3])
    return Origin(raw, "centre", first[0], first[2])


def same(one: object, other: object) -> bool:
    """Whether two values are the same as JSON."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


class Reading:
    """Typed access to values; `shown` holds every key that was read, as JSON."""

    __slots__ = ("_values", "shown")

    def __init__(self, values: Values) -> None:
        self._values = values
        self.shown: dict[str, object] = {}

    def value(self, key: str) -> object:
        """The exact value of a key, remembered."""
        self.shown[key] = self._values.shown(key)
        return self._values.value(key)

    def number(self, key: str) -> Fraction:
        """A number in the parameter's own unit."""
        value = self.value(key)
        assert isinstance(value, Fraction), key
        return value

    def whole(self, key: str) -> int:
        """A whole number."""
        value = self.number(key)
        assert value.denominator == 1, key
        return int(value)

    def fen(self, key: str) -> int:
        """An amount of yuan as whole fen."""
        value = self.number(key) * 100
        assert value.denominator == 1, key
        return int(value)

    def choice(self, key: str) -> str:
        """The name of the reading chosen."""
        value = self.value(key)
        assert isinstance(value, str), key
        return value

    def flag(self, key: str) -> bool:
        """Yes or no."""
        value = self.value(key)
        assert isinstance(value, bool), key
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """The names chosen."""
        value = self.value(key)
        assert isinstance(value, tuple), key
        return value

    def clock(self, key: str) -> time:
        """A time of day."""
        value = self.value(key)
        assert isinstance(value, time), key
        return value

    def picks(self, key: str) -> dict[str, str]:
        """The name chosen for each row."""
        value = self.value(key)
        assert isinstance(value, tuple), key
        return dict(value)

    def ladders(self, key: str) -> dict[str, Steps]:
        """Who decides by length, for each row."""
        value = self.value(key)
        assert isinstance(value, tuple), key
        return dict(value)

    def weights(self, key: str) -> dict[str, Fraction]:
        """Percentages by part."""
        value = self.value(key)
        assert isinstance(value, tuple), key
        return dict(value)


def in_force(
    day: date,
    *,
    known_on: date | None = None,
    decided: Iterable[Decided] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Values:
    """The values on a day, as known on a day; with `decided` those of a centre. Overrides are for a what-if only."""
    by_key: dict[str, tuple[Decided, ...]] | None = None
    if decided is not None:
        by_key = {}
        for one in decided:
            by_key[one.key] = (*by_key.get(one.key, ()), one)
    return Values(day, known_on, by_key, overrides or {})


def own(values: Values, keys: Iterable[str] = PARAMETERS) -> dict[str, object]:
    """What differs, as JSON, from the text taken at its word: given as overrides it brings the same answers.

    So facts can be kept with the values that they are judged by, and be judged again by whoever has no database.
    """
    printed = in_force(values.day)
    return {
        key: PARAMETERS[key].shown(values.value(key))
        for key in keys
        if not PARAMETERS[key].by_release and values.value(key) != printed.value(key)
    }


def days_of(*keys: str) -> tuple[date, ...]:
    """Every day on which one of these changes in the program itself."""
    return tuple(sorted({one.effective_from for key in keys for one in PARAMETERS[key].values}))

"""Parameters of several rows: for each row a name chosen, or who decides by length.

As JSON each is an object by row. What cannot be is refused with the row that it is about and what would be right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from hotline.kernel.words import Words
from hotline.rulebook.parameters.kinds import BadValue, exact, plain

HALF = Fraction(1, 2)
Steps = tuple[tuple[Fraction | None, tuple[str, ...]], ...]


class BadRow(BadValue):
    """A value that cannot be, with the row that it is about."""

    def __init__(self, row: str, name: Words, expected: Words) -> None:
        super().__init__(Words("{name}：{what}", "{name}: {what}")(name=name, what=expected))
        self.row = row


@dataclass(frozen=True, slots=True)
class Only:
    """What alone is left to choose for a row, and why."""

    names: tuple[str, ...]
    why: Words


def _by_row(raw: object, rows: Mapping[str, Words], expected: Words) -> Mapping[str, object]:
    if not isinstance(raw, Mapping) or set(raw) != set(rows):
        raise BadValue(expected)
    return raw


def _names(names: Mapping[str, Words]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@dataclass(frozen=True, slots=True)
class Picks:
    """For each row one of several names; for some rows the law leaves only some of them."""

    rows: Mapping[str, Words]
    options: Mapping[str, Words]
    only: Mapping[str, Only] = field(default_factory=dict)

    def open_to(self, row: str) -> tuple[str, ...]:
        """What may be chosen for a row."""
        return self.only[row].names if row in self.only else tuple(self.options)

    def parse(self, raw: object) -> tuple[tuple[str, str], ...]:
        """Every row with the name chosen for it."""
        given = _by_row(raw, self.rows, self.expected)
        return tuple((row, self._chosen(row, given[row])) for row in self.rows)

    def _chosen(self, row: str, name: object) -> str:
        if not isinstance(name, str) or name not in self.options:
            what = Words("以下之一：{names}", "one of {names}")(names=_names(self.options))
            raise BadRow(row, self.rows[row], what)
        if name not in self.open_to(row):
            raise BadRow(row, self.rows[row], self.only[row].why)
        return name

    def show(self, value: object) -> object:
        """An object of names."""
        assert isinstance(value, tuple)
        return dict(value)

    @property
    def expected(self) -> Words:
        """What may be given."""
        return Words("对象，为 {rows} 各选 {names} 之一", "an object with one of {names} for each of {rows}")(
            rows=_names(self.rows), names=_names(self.options)
        )


@dataclass(frozen=True, slots=True)
class Ladders:
    """For each row who decides, by length: below so many days these, the last step for every greater length."""

    rows: Mapping[str, Words]
    options: Mapping[str, Words]  # who may decide, from below
    most_steps: int = 3
    most_names: int = 3
    high: int = 366

    def parse(self, raw: object) -> tuple[tuple[str, Steps], ...]:
        """Every row with its steps, rising, each with its names in the order of the options."""
        given = _by_row(raw, self.rows, self.expected)
        return tuple((row, self._steps(row, given[row])) for row in self.rows)

    def _steps(self, row: str, raw: object) -> Steps:
        def bad(zh: str, en: str, **params: object) -> BadRow:
            return BadRow(row, self.rows[row], Words(zh, en)(**params))

        if not isinstance(raw, Sequence) or isinstance(raw, str) or not 1 <= len(raw) <= self.most_steps:
            raise bad("1 到 {most} 档", "from 1 to {most} steps", most=self.most_steps)
        found: list[tuple[Fraction | None, tuple[str, ...]]] = []
        before = Fraction(0)
        for number, step in enumerate(raw, 1):
            if not isinstance(step, Mapping) or not set(step) <= {"below", "roles"}:
                raise bad('每档为 {{"below": 天数, "roles": [审批人]}}', 'steps of {{"below": days, "roles": [who]}}')
            names = step.get("roles")
            if not isinstance(names, Sequence) or isinstance(names, str) or not 1 <= len(names) <= self.most_names:
                raise bad(
                    "每档须有 1 到 {most} 位审批人，否则无人可批",
                    "from 1 to {most} who decide at each step, or nobody could",
                    most=self.most_names,
                )
            if not set(names) <= set(self.options) or len(set(names)) != len(names):
                raise bad(
                    "审批人为 {names} 中的不同岗位",
                    "who decides: different ones of {names}",
                    names=_names(self.options),
                )
            below = step.get("below")
            if number == len(raw):
                if below is not None:
                    raise bad(
                        "最后一档不写天数，适用于更长的假", "no days at the last step: it is for every longer leave"
                    )
                limit = None
            else:
                limit = exact(below)
                if limit is None or limit <= before or limit > self.high or (limit / HALF).denominator != 1:
                    raise bad(
                        "天数逐档增大，以半天为单位，大于 {low}、不超过 {high}",
                        "days that rise from step to step, in halves, above {low} and at most {high}",
                        low=plain(before),
                        high=self.high,
                    )
                before = limit
            found.append((limit, tuple(name for name in self.options if name in names)))
        return tuple(found)

    def show(self, value: object) -> object:
        """An object of lists of steps."""
        assert isinstance(value, tuple)
        return {
            row: [
                {"roles": list(names)} if limit is None else {"below": plain(limit), "roles": list(names)}
                for limit, names in steps
            ]
            for row, steps in value
        }

    @property
    def expected(self) -> Words:
        """What may be given."""
        return Words(
            '对象，为 {rows} 各给出 1 到 {most} 档，如 [{{"below": "2", "roles": ["supervisor"]}}, '
            '{{"roles": ["director"]}}]；审批人为 {names}',
            'an object with 1 to {most} steps for each of {rows}, such as [{{"below": "2", "roles": ["supervisor"]}}, '
            '{{"roles": ["director"]}}]; who decides: {names}',
        )(rows=_names(self.rows), most=self.most_steps, names=_names(self.options))


Grid = Picks | Ladders

"""A parameter's value in words, in both languages, with its unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotline.kernel.words import Words
from hotline.rulebook.parameters.declaring import UNITS, UNSAID, Kind, Parameter
from hotline.rulebook.parameters.grids import Grid, Ladders, Picks
from hotline.rulebook.parameters.kinds import Choice, Choices, Clock, Flag, Number, Weights, plain

YES, NO, NONE = Words("是", "yes"), Words("否", "no"), Words("无", "none")


def value_words(parameter: Parameter, shown: object) -> Words:
    """A value as JSON knows it, told; one that was possible once and is not any more as it stands."""
    kind = parameter.kind
    if isinstance(shown, bool):
        return YES if shown else NO
    if isinstance(kind, Choice) and isinstance(shown, str):
        return kind.options.get(shown, Words(shown, shown))
    if isinstance(kind, Choices) and isinstance(shown, Iterable):
        return _several(kind.options, shown)
    if isinstance(kind, Weights) and isinstance(shown, Mapping):
        parts = [(kind.parts.get(name, Words(name, name)), share) for name, share in shown.items()]
        zh = "，".join(f"{name.zh} {share}%" for name, share in parts)
        return Words(zh, ", ".join(f"{name.en} {share} %" for name, share in parts))
    if isinstance(kind, Grid) and isinstance(shown, Mapping):
        rows = rows_of(kind, shown)
        zh = "；".join(f"{one.name.zh}：{one.text.zh}" for one in rows)
        return Words(zh, "; ".join(f"{one.name.en}: {one.text.en}" for one in rows))
    unit = UNITS[parameter.unit]
    return Words(f"{shown} {unit.zh}".strip(), f"{shown} {unit.en}".strip())


def may_be(kind: Kind) -> Words:
    """What a value may be, for a reader: as `expected`, without how it is written in a file."""
    if isinstance(kind, Number):
        return _bounds(kind)
    if isinstance(kind, Choice | Choices):
        return _several(kind.options, kind.options)
    if isinstance(kind, Picks):
        return Words("每行选一项：{names}", "for each row one of: {names}")(names=_several(kind.options, kind.options))
    if isinstance(kind, Ladders):
        return Words(
            "每行 1 到 {steps} 档（以半天为单位），每档 1 到 {most} 位依次审批：{names}",
            "for each row 1 to {steps} lengths (in half days), at each 1 to {most} who approve in order: {names}",
        )(steps=kind.most_steps, most=kind.most_names, names=_several(kind.options, kind.options))
    return PLAIN.get(type(kind), kind.expected)


PLAIN: Mapping[type, Words] = {
    Flag: Words("是或否", "yes or no"),
    Clock: Words("一个时刻", "a time of day"),
    Weights: Words("各项百分比，合计 100", "a percentage for each part, 100 in all"),
}


def _bounds(kind: Number) -> Words:
    bounds = {"low": plain(kind.low), "high": plain(kind.high)}
    if kind.step is not None:
        return Words("{low} 到 {high}，以 {step} 为单位", "from {low} to {high}, in steps of {step}")(
            **bounds, step=plain(kind.step)
        )
    if kind.places:
        return Words("{low} 到 {high}，最多 {places} 位小数", "from {low} to {high}, at most {places} decimals")(
            **bounds, places=kind.places
        )
    return kind.expected


def _several(options: Mapping[str, Words], shown: Iterable[object]) -> Words:
    names = [options.get(str(name), Words(str(name), str(name))) for name in shown]
    return Words("、".join(name.zh for name in names), ", ".join(name.en for name in names)) if names else NONE


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a value with several: each of its lines says when, if it depends, and what."""

    name: Words
    lines: tuple[tuple[Words, Words], ...]

    @property
    def text(self) -> Words:
        """The row in one line."""
        zh = "，".join(f"{when.zh}{what.zh}" for when, what in self.lines)
        return Words(zh, ", ".join(f"{when.en} {what.en}".strip() for when, what in self.lines))


def rows_of(kind: Grid, shown: Mapping[str, object]) -> list[Row]:
    """A value with several rows, row by row."""
    return [Row(name, tuple(_lines(kind, shown[row]))) for row, name in kind.rows.items() if row in shown]


def _lines(kind: Grid, shown: object) -> Iterable[tuple[Words, Words]]:
    if isinstance(kind, Picks):
        yield UNSAID, kind.options.get(str(shown), Words(str(shown), str(shown)))
    if isinstance(kind, Ladders) and isinstance(shown, list | tuple):
        before = None
        for step in shown:
            below = step.get("below")
            yield _when(below, before), _several(kind.options, step.get("roles", ()))
            before = below


def _when(below: object, before: object) -> Words:
    if below is not None:
        return Words("不满 {days} 天：", "below {days} days:")(days=below)
    if before is not None:
        return Words("{days} 天及以上：", "from {days} days on:")(days=before)
    return UNSAID

"""A parameter's value in words, in both languages, with its unit."""

from collections.abc import Iterable, Mapping

from hotline.kernel.words import Words
from hotline.rulebook.parameters.declaring import UNITS, Parameter
from hotline.rulebook.parameters.kinds import Choice, Choices, Weights

YES, NO, NONE = Words("是", "yes"), Words("否", "no"), Words("无", "none")


def value_words(parameter: Parameter, shown: object) -> Words:
    """A value as JSON knows it, told; one that was possible once and is not any more as it stands."""
    kind = parameter.kind
    if isinstance(shown, bool):
        return YES if shown else NO
    if isinstance(kind, Choice) and isinstance(shown, str):
        return kind.options.get(shown, Words(shown, shown))
    if isinstance(kind, Choices) and isinstance(shown, Iterable):
        names = [kind.options.get(str(name), Words(str(name), str(name))) for name in shown]
        return Words("、".join(name.zh for name in names), ", ".join(name.en for name in names)) if names else NONE
    if isinstance(kind, Weights) and isinstance(shown, Mapping):
        parts = [(kind.parts.get(name, Words(name, name)), share) for name, share in shown.items()]
        zh = "，".join(f"{name.zh} {share}%" for name, share in parts)
        return Words(zh, ", ".join(f"{name.en} {share} %" for name, share in parts))
    unit = UNITS[parameter.unit]
    return Words(f"{shown} {unit.zh}".strip(), f"{shown} {unit.en}".strip())

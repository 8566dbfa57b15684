"""All parameters by key."""

from collections.abc import Iterable
from difflib import get_close_matches

from hotline.rulebook.parameters.declaring import Parameter
from hotline.rulebook.parameters.lists import attendance, costs, duty, evaluation, figures, leave, pay, stages


def _book(*chapters: Iterable[Parameter]) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for chapter in chapters:
        for one in chapter:
            if one.key in found:
                raise ValueError(f"{one.key} is declared twice")
            found[one.key] = one
    return found


PARAMETERS: dict[str, Parameter] = _book(
    pay.PARAMETERS,
    attendance.PARAMETERS,
    leave.PARAMETERS,
    evaluation.PARAMETERS,
    figures.PARAMETERS,
    duty.PARAMETERS,
    stages.PARAMETERS,
    costs.PARAMETERS,
)


def near(key: str) -> tuple[str, ...]:
    """Keys that look like a mistyped one."""
    return tuple(get_close_matches(key, PARAMETERS, n=3, cutoff=0.5))

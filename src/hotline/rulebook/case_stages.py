"""The limits of a case's stages: how long acceptance, verification, filing, dispatch, check and closing may take.

The handling of a case has no limit here: it is the one printed beside its filing condition. A parked case has none.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from hotline.kernel.rules import Dated
from hotline.rulebook.case_custody import Stage

FIRST_DAY = date(2020, 1, 1)
MINUTE = timedelta(minutes=1)

# Keys are the plain names of the stages, so that whoever has a stage's name finds its limit.
STAGE_LIMITS: Dated[Mapping[str, timedelta]] = Dated(
    {
        FIRST_DAY: {
            Stage.ACCEPTANCE.value: 15 * MINUTE,
            Stage.VERIFY.value: 30 * MINUTE,
            Stage.FILING.value: 15 * MINUTE,
            Stage.DISPATCH.value: 15 * MINUTE,
            Stage.CHECK.value: 30 * MINUTE,
            Stage.CLOSING.value: 30 * MINUTE,
        }
    }
)

# Whose limit comes from elsewhere or is not set.
UNLIMITED_HERE = frozenset({Stage.HANDLING.value, Stage.PARKED.value})


def limit_of(stage: str, day: date) -> timedelta | None:
    """The limit of a stage begun on that day; None for the stages whose limit does not stand in this table."""
    if stage in UNLIMITED_HERE:
        return None
    return STAGE_LIMITS.on(day)[stage]

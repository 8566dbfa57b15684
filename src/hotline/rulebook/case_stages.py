"""The limits of a case's stages: how long acceptance, verification, filing, dispatch, check and closing may take.

As shipped; a centre sets its own by the parameters `stage.<name>_minutes` (`parameters.terms.stage_limit`). The
handling of a case has no limit here: it is the one printed beside its filing condition. A parked case has none.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from hotline.kernel.rules import Dated

FIRST_DAY = date(2020, 1, 1)
MINUTE = timedelta(minutes=1)

# Keys are the plain names of the stages, so that whoever has a stage's name finds its limit.
STAGE_LIMITS: Dated[Mapping[str, timedelta]] = Dated(
    {
        FIRST_DAY: {
            "acceptance": 15 * MINUTE,
            "verify": 30 * MINUTE,
            "filing": 15 * MINUTE,
            "dispatch": 15 * MINUTE,
            "check": 30 * MINUTE,
            "closing": 30 * MINUTE,
        }
    }
)

# Whose limit comes from elsewhere or is not set.
UNLIMITED_HERE = frozenset({"handling", "parked"})

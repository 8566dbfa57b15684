"""Every rule of the roster, in the order in which a planner is told."""

from hotline.rosters.logic.rules.base import DayRule, PersonRule, Rule
from hotline.rosters.logic.rules.counts import FAIR_LATES, FAIR_WEEKENDS, MOST_OF_KIND, WEEKENDS
from hotline.rosters.logic.rules.cover import DEMAND, LEAST
from hotline.rosters.logic.rules.hours import HOURS_DAY, HOURS_MONTH, MINUTES
from hotline.rosters.logic.rules.places import AWAY, FIXED, OFFERED, ONE_A_DAY
from hotline.rosters.logic.rules.rest import REST
from hotline.rosters.logic.rules.runs import LONGEST_RUN, SHORTEST_REST, SHORTEST_RUN
from hotline.rosters.logic.rules.wants import BOOKINGS, PATTERN, WISHES

PERSON_RULES: tuple[PersonRule, ...] = (
    ONE_A_DAY,
    OFFERED,
    AWAY,
    FIXED,
    REST,
    LONGEST_RUN,
    SHORTEST_RUN,
    SHORTEST_REST,
    MINUTES,
    HOURS_DAY,
    HOURS_MONTH,
    MOST_OF_KIND,
    WEEKENDS,
    PATTERN,
    BOOKINGS,
    FAIR_LATES,
    FAIR_WEEKENDS,
    WISHES,
)
DAY_RULES: tuple[DayRule, ...] = (LEAST, DEMAND)
_ALL: tuple[Rule, ...] = (*PERSON_RULES, *DAY_RULES)
RULES: dict[str, Rule] = {rule.key: rule for rule in _ALL}

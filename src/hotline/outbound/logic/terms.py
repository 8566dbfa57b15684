"""The numbers of outbound calls that hold for every campaign of a centre."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from hotline.kernel.rules import Dated

FIRST_DAY = date(2020, 1, 1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OutboundTerms:
    """Bounds that no campaign may widen."""

    earliest: time  # nobody is called before, by the wall clock of the centre
    latest: time  # nor from then on
    most_cap: int  # abandoned calls in a thousand answered ones: the highest cap a campaign may set
    window: timedelta  # over which abandoned and answered calls are counted
    most_a_day: int  # tries of one number on one day, all campaigns together; an appointment is never held back
    most_tries: int  # of one person on one list
    in_hand: timedelta  # how long somebody may stay in one person's hands without a word of what came of it
    back_after: timedelta  # when he is called again who was left in somebody's hands
    own_only: timedelta  # how long after its time an appointment is kept for the person who made it
    furthest: timedelta  # how far ahead an appointment may lie


TERMS: Dated[OutboundTerms] = Dated(
    {
        FIRST_DAY: OutboundTerms(
            earliest=time(8),
            latest=time(21),
            most_cap=30,
            window=24 * HOUR,
            most_a_day=3,
            most_tries=10,
            in_hand=HOUR / 2,
            back_after=HOUR,
            own_only=HOUR / 2,
            furthest=60 * 24 * HOUR,
        )
    }
)

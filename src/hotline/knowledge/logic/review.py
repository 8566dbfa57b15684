"""When an article has to be looked at again, and what its use is worth in a search. Pure."""

from datetime import date, timedelta

from hotline.kernel.rules import Dated

FIRST_DAY = date(2020, 1, 1)
# B2.4: after so many days without anybody saying that it is still right, an article is stale.
REVIEW_DAYS: Dated[int] = Dated({FIRST_DAY: 180})
# So many days before, its owner is reminded.
REMIND_DAYS: Dated[int] = Dated({FIRST_DAY: 14})

STALE = -40
MOST_WORTH = 60
FEWEST_VOTES = 4  # as many votes as are thought to be undecided before anybody has voted


def review_on(reviewed: date, own_days: int | None) -> date:
    """The day on which the article is stale unless somebody looks at it."""
    return reviewed + timedelta(days=own_days or REVIEW_DAYS.on(reviewed))


def remind_on(due: date) -> date:
    """The day on which the owner is reminded."""
    return due - timedelta(days=REMIND_DAYS.on(due))


def worth(*, useful: int, useless: int, opened: int, is_stale: bool) -> int:
    """What votes, use and age add to the rank of the words, in hundredths.

    Few votes move little; ten times the use adds ten.
    """
    votes = (useful - useless) * 50 // (useful + useless + FEWEST_VOTES)
    use = min(len(str(opened)) - 1, 3) * 10 if opened else 0
    return max(-MOST_WORTH, min(votes + use + (STALE if is_stale else 0), MOST_WORTH))

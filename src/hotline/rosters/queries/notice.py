"""How long before its day people learn of a shift (A7.7), by what the centre has decided."""

from datetime import date

from hotline.handbook.queries import values_on
from hotline.rulebook.parameters.terms import notice_terms
from hotline.rulebook.shifts import NoticeTerms, days_late


def terms_of(centre_id: int, on: date) -> NoticeTerms:
    """What is in force on a day: one query."""
    return notice_terms(on, values_on(centre_id, on).reading())


def late_notice(centre_id: int, day: date, told_on: date) -> int:
    """By how many days too late people learn of that day, by what is in force on the day on which they are told."""
    return days_late.on(told_on)(day, told_on, terms_of(centre_id, told_on))

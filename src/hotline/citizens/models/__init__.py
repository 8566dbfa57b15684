"""Tables of citizens."""

from hotline.citizens.models.calls import CallBack, CallTry, Grade, Reason, Review
from hotline.citizens.models.public import Hits, MailContact, Paper, PublicIntake, Stashed, Supplement, Tracking, Wish

__all__ = [
    "CallBack",
    "CallTry",
    "Grade",
    "Hits",
    "MailContact",
    "Paper",
    "PublicIntake",
    "Reason",
    "Review",
    "Stashed",
    "Supplement",
    "Tracking",
    "Wish",
]

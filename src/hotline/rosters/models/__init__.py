"""Tables of rosters."""

from hotline.rosters.models.absences import Absence, AskedAbsence
from hotline.rosters.models.bookings import Booking, BookingSeat, ChangeConsent
from hotline.rosters.models.demand import Demand
from hotline.rosters.models.plans import DraftEntry, Outcome, PlanSeen, RosterPlan, SolveRun
from hotline.rosters.models.shifts import CalendarDay, DayKind, RosterBreak, RosterEntry, ShiftType
from hotline.rosters.models.wishes import Feed, Pattern, PatternKeeper, PriceOutcome, Weight, Wish, WishPrice

__all__ = [
    "Absence",
    "AskedAbsence",
    "Booking",
    "BookingSeat",
    "CalendarDay",
    "ChangeConsent",
    "DayKind",
    "Demand",
    "DraftEntry",
    "Feed",
    "Outcome",
    "Pattern",
    "PatternKeeper",
    "PlanSeen",
    "PriceOutcome",
    "RosterBreak",
    "RosterEntry",
    "RosterPlan",
    "ShiftType",
    "SolveRun",
    "Weight",
    "Wish",
    "WishPrice",
]

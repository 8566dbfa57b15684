"""Tables of rosters."""

from hotline.rosters.models.absences import Absence
from hotline.rosters.models.demand import Demand
from hotline.rosters.models.shifts import CalendarDay, DayKind, RosterBreak, RosterEntry, ShiftType

__all__ = ["Absence", "CalendarDay", "DayKind", "Demand", "RosterBreak", "RosterEntry", "ShiftType"]

"""Attendance: what was planned against what happened, from the system's own traces (D2.2 to D2.4, A7.12 to A7.15)."""

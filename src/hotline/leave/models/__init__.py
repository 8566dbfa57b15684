"""Tables of leave."""

from hotline.leave.models.balances import Allowance, BalanceEntry, EntryKind, WorkHistory
from hotline.leave.models.papers import Certificate, CertificateLook, Paper, PregnancyNotice, PrivateWords
from hotline.leave.models.requests import LIVE, Leave, LeaveDay, LeaveStatus, Spell
from hotline.leave.models.swaps import RUNNING, Side, Swap, SwapShift, SwapStatus

__all__ = [
    "LIVE",
    "RUNNING",
    "Allowance",
    "BalanceEntry",
    "Certificate",
    "CertificateLook",
    "EntryKind",
    "Leave",
    "LeaveDay",
    "LeaveStatus",
    "Paper",
    "PregnancyNotice",
    "PrivateWords",
    "Side",
    "Spell",
    "Swap",
    "SwapShift",
    "SwapStatus",
    "WorkHistory",
]

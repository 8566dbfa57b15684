"""What the audit trail calls tables, columns and actions: English msgids, each in a context of its own."""

from hotline.config.audit.words.actions import ACTIONS
from hotline.config.audit.words.columns import COLUMNS
from hotline.config.audit.words.tables import TABLES

__all__ = ["ACTIONS", "COLUMNS", "TABLES"]

"""Tables of outbound calls."""

from hotline.outbound.models.barred import DoNotCall
from hotline.outbound.models.campaigns import Campaign, Crew, Disposition, Script, Stint
from hotline.outbound.models.records import Answers, Attempt, Batch, Export, Look, Record

__all__ = [
    "Answers",
    "Attempt",
    "Batch",
    "Campaign",
    "Crew",
    "Disposition",
    "DoNotCall",
    "Export",
    "Look",
    "Record",
    "Script",
    "Stint",
]

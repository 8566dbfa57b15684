"""Tables of cases."""

from hotline.cases.models.calls import CaseCall
from hotline.cases.models.case import Case, CaseCounter, CaseSearch, Source
from hotline.cases.models.custody import CaseEvent, Holding, StageRun, Waiver, WaiverStatus
from hotline.cases.models.exports import Export
from hotline.cases.models.files import Attachment, Draft, FileKind, ImportRow, ImportRun
from hotline.cases.models.incidents import Incident, IncidentCase, IncidentStatus
from hotline.cases.models.places import District, Grid, GridDuty
from hotline.cases.models.standard import Category, Condition, LimitUnit, PhotoRule
from hotline.cases.models.tasks import Task, TaskKind, TaskStatus

__all__ = [
    "Attachment",
    "Case",
    "CaseCall",
    "CaseCounter",
    "CaseEvent",
    "CaseSearch",
    "Category",
    "Condition",
    "District",
    "Draft",
    "Export",
    "FileKind",
    "Grid",
    "GridDuty",
    "Holding",
    "ImportRow",
    "ImportRun",
    "Incident",
    "IncidentCase",
    "IncidentStatus",
    "LimitUnit",
    "PhotoRule",
    "Source",
    "StageRun",
    "Task",
    "TaskKind",
    "TaskStatus",
    "Waiver",
    "WaiverStatus",
]

"""Tables of knowledge."""

from hotline.knowledge.models.articles import (
    Article,
    FoundBy,
    Kind,
    Version,
    VersionStatus,
    approves_knowledge,
    reads_knowledge,
    writes_knowledge,
)
from hotline.knowledge.models.asking import (
    AskStatus,
    ExamKind,
    ExamMark,
    Opening,
    Proposal,
    Synonyms,
    Unanswered,
    Vote,
)

__all__ = [
    "Article",
    "AskStatus",
    "ExamKind",
    "ExamMark",
    "FoundBy",
    "Kind",
    "Opening",
    "Proposal",
    "Synonyms",
    "Unanswered",
    "Version",
    "VersionStatus",
    "Vote",
    "approves_knowledge",
    "reads_knowledge",
    "writes_knowledge",
]

"""Tables of promises."""

from hotline.promises.models.ledger import Promise, PromiseStep, StepKind
from hotline.promises.models.questions import GeneralQuestion, Question, QuestionStatus, QuestionStep, QuestionStepKind

__all__ = [
    "GeneralQuestion",
    "Promise",
    "PromiseStep",
    "Question",
    "QuestionStatus",
    "QuestionStep",
    "QuestionStepKind",
    "StepKind",
]

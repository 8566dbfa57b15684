"""What promises announce to the areas above, and hard questions to the knowledge base."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PromiseMissed:
    """The time of a promise passed and the customer had not got it."""

    promise_id: int
    centre_id: int
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class PromiseSettled:
    """A customer has got what was promised, in time or late."""

    promise_id: int
    centre_id: int
    in_time: bool


@dataclass(frozen=True, slots=True)
class QuestionGeneralised:
    """A hard question was put into general words and is proposed as knowledge (B2.4)."""

    question_id: int
    centre_id: int

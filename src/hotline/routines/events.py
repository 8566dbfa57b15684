"""What routines announce."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InstructionIssued:
    """An instruction was given out; everybody concerned is to hear of it."""

    instruction_id: int
    centre_id: int

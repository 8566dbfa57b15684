"""How long the stages of a case may take, from acceptance to closing (B1.1, B2.4, B3)."""

from hotline.kernel.words import Words
from hotline.rulebook.case_stages import MINUTE, STAGE_LIMITS
from hotline.rulebook.parameters.declaring import Parameter, Unit, of_term
from hotline.rulebook.parameters.kinds import whole

STAGES: tuple[tuple[str, str, str, str], ...] = (
    ("acceptance", "受理时限", "Limit of acceptance", "B3.1"),
    ("verify", "核实时限", "Limit of the verification on the spot", "B3.2"),
    ("filing", "立案时限", "Limit of filing", "B2.4"),
    ("dispatch", "派遣时限", "Limit of dispatch", "B1.1"),
    ("check", "核查时限", "Limit of the check on the spot", "B3.4"),
    ("closing", "结案时限", "Limit of closing", "B3.5"),
)
_WHY = Words(
    "手册没有写；从进入该环节起算，已进入的案件保持原时限。处置时限见立案条件，挂账不计。",
    "The handbook does not say; from the beginning of the stage, and a case that is in it already keeps its limit. The "
    "limit of handling stands beside the filing condition; a parked case has none.",
)


def key_of(stage: str) -> str:
    """The key of a stage's limit."""
    return f"stage.{stage}_minutes"


def _limit(stage: str, zh: str, en: str, clause: str) -> Parameter:
    return of_term(
        key_of(stage), zh, en, kind=whole(1, 1440), clause=clause, terms=STAGE_LIMITS,
        take=lambda limits: limits[stage] // MINUTE, unit=Unit.MINUTES, why=_WHY,
    )  # fmt: skip


PARAMETERS: tuple[Parameter, ...] = tuple(_limit(*row) for row in STAGES)

"""The whole handbook: its chapters in order, and every clause by its id."""

from hotline.rulebook.texts import assessment, duties, general, work
from hotline.rulebook.texts.kinds import Chapter, Clause

CHAPTERS: tuple[Chapter, ...] = (
    general.GENERAL,
    general.CONDUCT,
    work.ATTENDANCE,
    work.HANDOVER,
    work.LEAVE,
    assessment.ASSESSMENT,
    assessment.REWARDS,
    assessment.INDICATORS,
    work.SUPERVISION,
    general.FLOOR,
    duties.MANAGER,
    duties.TEAM_LEADER,
    duties.AGENT,
    duties.TRAINER,
    duties.HR,
    work.COMPUTERS,
    work.HYGIENE,
    assessment.TRAINING,
)
CLAUSES: dict[str, Clause] = {clause.id: clause for chapter in CHAPTERS for clause in chapter.clauses}
CHAPTER_OF: dict[str, Chapter] = {clause.id: chapter for chapter in CHAPTERS for clause in chapter.clauses}

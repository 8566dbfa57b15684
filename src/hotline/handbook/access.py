"""Who reads the handbook, proposes, is consulted, decides, publishes, acknowledges. Lists and rows always agree."""

from hotline.approvals.models import Chain, ChainStatus
from hotline.core.access import may, permission
from hotline.handbook import queries
from hotline.handbook.models import (
    DRAFTS,
    LEADS,
    REVIEWS,
    Acknowledgement,
    Edition,
    EditionStatus,
    ExecutionCheck,
    Opinion,
    ProcedureReview,
    QuestionFlag,
)
from hotline.people.models import Person, Position

S = EditionStatus
SUBJECT = "handbook.edition"
PUBLISHES = (Position.DIRECTOR, Position.CENTRE_SUPERVISOR)
PLANS = (Position.MANAGER, Position.DIRECTOR, Position.CENTRE_SUPERVISOR)
OUTSIDE = frozenset({Position.FIELD_SUPERVISOR, Position.DEPARTMENT_CLERK, Position.SYSTEM})


@permission("handbook.view_book")
def views_book(person: Person) -> bool:
    """Everybody who works inside the centre."""
    return bool(person.standing.positions - OUTSIDE)


@permission("handbook.view_edition")
def views_edition(person: Person, edition: Edition) -> bool:
    """The same rows as Edition.objects.visible_to."""
    if edition.centre_id != person.centre_id:
        return False
    return edition.status not in {S.DRAFT, S.WITHDRAWN} or person.standing.is_any(*LEADS)


@permission("handbook.view_opinion")
def views_opinion(person: Person, opinion: Opinion) -> bool:
    """The same rows as Opinion.objects.visible_to."""
    here = opinion.edition.centre_id == person.centre_id
    return here and (opinion.person_id == person.pk or person.standing.is_any(*LEADS))


@permission("handbook.view_acknowledgement")
def views_acknowledgement(person: Person, row: Acknowledgement) -> bool:
    """The same rows as Acknowledgement.objects.visible_to."""
    return row.edition.centre_id == person.centre_id and (row.person_id == person.pk or person.standing.is_any(*LEADS))


@permission("handbook.view_question_flag")
def views_flag(person: Person, flag: QuestionFlag) -> bool:
    """The same rows as QuestionFlag.objects.visible_to."""
    return flag.edition.centre_id == person.centre_id and keeps_questions(person)


@permission("handbook.view_procedure_review")
def views_review(person: Person, review: ProcedureReview) -> bool:
    """The same rows as ProcedureReview.objects.visible_to."""
    return review.centre_id == person.centre_id


@permission("handbook.lead")
def leads(person: Person) -> bool:
    """Those who follow up who has acknowledged, and see what a change would do."""
    return person.standing.is_any(*LEADS)


@permission("handbook.draft")
def drafts(person: Person, edition: Edition | None = None) -> bool:
    """Supervisor and shift leaders propose, consult the staff and put it before the office meeting (D0.1)."""
    here = edition is None or edition.centre_id == person.centre_id
    return here and person.standing.is_any(*DRAFTS)


@permission("handbook.give_opinion")
def gives_opinion(person: Person, edition: Edition) -> bool:
    """Everybody who will be bound by it, while the staff are consulted."""
    return edition.centre_id == person.centre_id and edition.status == S.CONSULTING and queries.is_bound(person)


@permission("handbook.decide")
def decides(person: Person, edition: Edition) -> bool:
    """The office meeting: whoever holds the turn in its chain of approval."""
    chain = Chain.objects.of(SUBJECT, edition.pk).filter(status=ChainStatus.OPEN).first()
    return chain is not None and may(person, "approvals.decide", chain)


@permission("handbook.publish")
def publishes(person: Person, edition: Edition) -> bool:
    """The director or the centre supervisor, once it is approved."""
    return edition.centre_id == person.centre_id and person.standing.is_any(*PUBLISHES)


@permission("handbook.acknowledge")
def acknowledges(person: Person, edition: Edition) -> bool:
    """Whoever is bound, for himself."""
    return edition.centre_id == person.centre_id and queries.is_bound(person)


@permission("handbook.keep_questions")
def keeps_questions(person: Person) -> bool:
    """Those who keep the exam questions, and those who lead."""
    return person.standing.is_any(*LEADS, Position.TRAINER)


@permission("handbook.review")
def reviews(person: Person) -> bool:
    """Supervisor, shift leaders and the manager look at the procedures every six months (A7.17)."""
    return person.standing.is_any(*REVIEWS)


@permission("handbook.view_execution_check")
def views_check(person: Person, check: ExecutionCheck) -> bool:
    """The same rows as ExecutionCheck.objects.visible_to."""
    if check.centre_id != person.centre_id:
        return False
    return person.standing.is_any(*LEADS) or person.pk in (check.owner_id, check.checker_id)


@permission("handbook.plan_check")
def plans_check(person: Person) -> bool:
    """The manager and the director see that standards are carried out, and the centre supervisor with them (A1.6)."""
    return person.standing.is_any(*PLANS)


@permission("handbook.check")
def checks(person: Person, check: ExecutionCheck) -> bool:
    """Whoever was named for it."""
    return check.centre_id == person.centre_id and check.checker_id == person.pk


@permission("handbook.correct")
def corrects(person: Person, check: ExecutionCheck) -> bool:
    """Whoever puts it right."""
    return check.centre_id == person.centre_id and check.owner_id == person.pk


@permission("handbook.keep_dates")
def keeps_dates(person: Person, centre_id: int) -> bool:
    """The centre's program moves versions on when a later one comes into force."""
    return bool(person.is_system) and person.centre_id == centre_id

"""Who draws samples, reviews, appeals and decides. Lists (`visible_to`) and permissions of rows agree."""

from hotline.core.access import permission
from hotline.people.models import Person, Position
from hotline.people.models.teams import led
from hotline.quality.models import LOOKS_ON, Appeal, CallScore, Hint, MonthReview, Plan, Review, ReviewStatus
from hotline.rosters.logic.hours import month_days
from hotline.telephony.models import Call

P = Position
REVIEWS = (P.QUALITY, P.CENTRE_SUPERVISOR, P.SHIFT_LEADER, P.TEAM_LEADER)
DRAWS = (P.QUALITY, P.CENTRE_SUPERVISOR)
DECIDES = (P.QUALITY, P.CENTRE_SUPERVISOR, P.SHIFT_LEADER, P.TEAM_LEADER, P.MANAGER, P.DIRECTOR)
TALKS = (P.CENTRE_SUPERVISOR, P.SHIFT_LEADER, P.TEAM_LEADER)  # A7.8: the supervisor, or whoever leads the team
REVIEWED = (P.OPERATOR, P.AGENT, P.DISPATCHER, P.SHIFT_LEADER, P.TEAM_LEADER, P.CENTRE_SUPERVISOR)


@permission("quality.open_desk")
def opens_desk(person: Person) -> bool:
    """Whoever reviews."""
    return person.standing.is_any(*REVIEWS)


@permission("quality.view_findings")
def views_findings(person: Person) -> bool:
    """Whoever reviews or answers for those who are reviewed."""
    return person.standing.is_any(*LOOKS_ON)


@permission("quality.export")
def exports(person: Person) -> bool:
    """Whoever sees all findings."""
    return views_findings(person)


@permission("quality.view_own")
def views_own(person: Person) -> bool:
    """Everybody whose decisions are reviewed."""
    return person.standing.is_any(*REVIEWED)


@permission("quality.view_any")
def views_any(person: Person) -> bool:
    """Whoever may see some review: those who look on, and those who are reviewed."""
    return views_findings(person) or views_own(person)


@permission("quality.view_review")
def views_review(person: Person, review: Review) -> bool:
    """The same rows as `Review.objects.visible_to`."""
    if review.centre_id != person.centre_id:
        return False
    if review.handler_id == person.pk:
        return review.status != ReviewStatus.WAITING
    return person.standing.is_any(*LOOKS_ON)


@permission("quality.view_plan")
def views_plan(person: Person, plan: Plan) -> bool:
    """The same rows as `Plan.objects.visible_to`."""
    return plan.centre_id == person.centre_id and person.standing.is_any(*LOOKS_ON)


@permission("quality.view_appeal")
def views_appeal(person: Person, appeal: Appeal) -> bool:
    """The same rows as `Appeal.objects.visible_to`."""
    if appeal.review.centre_id != person.centre_id:
        return False
    return appeal.handler_id == person.pk or person.standing.is_any(*LOOKS_ON)


@permission("quality.view_hint")
def views_hint(person: Person, hint: Hint) -> bool:
    """The same rows as `Hint.objects.visible_to`."""
    here = hint.case.centre_id == person.centre_id and hint.handler_id != person.pk
    return here and person.standing.is_any(*LOOKS_ON)


@permission("quality.draw")
def draws(person: Person) -> bool:
    """Quality inspectors and the centre supervisor; nobody draws a period twice."""
    return person.standing.is_any(*DRAWS)


@permission("quality.target")
def targets(person: Person, handler: Person | None = None) -> bool:
    """Whoever reviews may ask for a review of somebody else's decision, with a reason."""
    other = handler is None or (handler.pk != person.pk and handler.centre_id == person.centre_id)
    return other and person.standing.is_any(*REVIEWS)


@permission("quality.review")
def reviews(person: Person, review: Review) -> bool:
    """Somebody else than the handler."""
    here = review.centre_id == person.centre_id and review.handler_id != person.pk
    return here and person.standing.is_any(*REVIEWS)


@permission("quality.appeal")
def appeals(person: Person, review: Review) -> bool:
    """The handler alone, against what was found wrong."""
    return review.handler_id == person.pk and review.status == ReviewStatus.WRONG


@permission("quality.decide_appeal")
def decides_appeal(person: Person, appeal: Appeal) -> bool:
    """A second person: neither the handler nor the reviewer."""
    here = appeal.review.centre_id == person.centre_id
    return here and person.pk not in {appeal.handler_id, appeal.reviewer_id} and person.standing.is_any(*DECIDES)


@permission("quality.settle_hint")
def settles_hint(person: Person, hint: Hint) -> bool:
    """Whoever reviews, but nobody a hint about himself."""
    here = hint.case.centre_id == person.centre_id and hint.handler_id != person.pk
    return here and person.standing.is_any(*REVIEWS)


@permission("quality.suggest")
def suggests(person: Person) -> bool:
    """The program that reads events, and whoever upheld an objection."""
    return person.is_system or person.standing.is_any(*LOOKS_ON, P.DISPATCHER)


@permission("quality.score_call")
def scores_call(person: Person, call: Call | None = None) -> bool:
    """Whoever reviews, calls that somebody else has answered."""
    if not person.standing.is_any(*REVIEWS):
        return False
    return call is None or (call.centre_id == person.centre_id and call.person_id not in (None, person.pk))


@permission("quality.view_call_score")
def views_call_score(person: Person, score: CallScore) -> bool:
    """The same rows as `CallScore.objects.visible_to`."""
    return score.centre_id == person.centre_id and (score.person_id == person.pk or person.standing.is_any(*LOOKS_ON))


@permission("quality.view_month_review")
def views_month_review(person: Person, row: MonthReview) -> bool:
    """The same rows as `MonthReview.objects.visible_to`."""
    return row.centre_id == person.centre_id and (row.person_id == person.pk or person.standing.is_any(*LOOKS_ON))


@permission("quality.give_month_review")
def gives_month_review(person: Person, row: MonthReview | None = None) -> bool:
    """The supervisor and the shift leader with everybody else, a team leader with whoever was in his team then."""
    if row is None:
        return person.standing.is_any(*TALKS)
    if row.centre_id != person.centre_id or row.person_id == person.pk:
        return False
    if person.standing.is_any(P.CENTRE_SUPERVISOR, P.SHIFT_LEADER):
        return True
    return person.standing.is_any(P.TEAM_LEADER) and led(person, row.person, row.month, month_days(row.month)[-1])

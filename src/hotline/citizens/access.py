"""Who takes in what citizens bring, calls them back, decides on what was not good, and sees the figures."""

from hotline.cases.models import Case
from hotline.citizens.models import CallBack, Paper, Review
from hotline.citizens.models.public import DESK, LEADS, READS
from hotline.core.access import permission
from hotline.people.models import Centre, Person, Position


@permission("citizens.take_in")
def takes_in(person: Person, centre: Centre | None = None) -> bool:
    """The program behind the public pages: reports, supplements, ratings, tracking."""
    return person.is_system and (centre is None or centre.pk == person.centre_id)


@permission("citizens.tell")
def tells(person: Person, case: Case) -> bool:
    """Programs, and whoever has just taken the report in."""
    return person.centre_id == case.centre_id and (person.is_system or person.standing.is_any(*DESK, *LEADS))


@permission("citizens.tidy")
def tidies(person: Person) -> bool:
    """The nightly program."""
    return person.is_system


@permission("citizens.set_intake")
def sets_intake(person: Person) -> bool:
    """Whoever answers for the public page."""
    return person.standing.is_any(Position.CENTRE_SUPERVISOR, Position.MANAGER, Position.SYSADMIN)


@permission("citizens.enter_paper")
def enters_paper(person: Person) -> bool:
    """The desk enters letters and visits."""
    return person.standing.is_any(*DESK)


@permission("citizens.view_papers")
def views_papers(person: Person) -> bool:
    """Whoever sees letters and visits."""
    return person.standing.is_any(*DESK, *LEADS, *READS)


@permission("citizens.view_paper")
def views_paper(person: Person, paper: Paper) -> bool:
    """Agrees with Paper.objects.visible_to."""
    return views_papers(person) and paper.case.centre_id == person.centre_id


@permission("citizens.make_call")
def makes_call(person: Person, case: Case) -> bool:
    """The program that follows the end of cases."""
    return person.is_system and person.centre_id == case.centre_id


@permission("citizens.call_back")
def calls_back(person: Person, call: CallBack | None = None) -> bool:
    """The desk calls back; in hand it is one person's."""
    same = call is None or call.centre_id == person.centre_id
    return same and person.standing.is_any(*DESK, *LEADS)


@permission("citizens.view_calls")
def views_calls(person: Person) -> bool:
    """Whoever calls back or answers for how content people are."""
    return person.standing.is_any(*DESK, *LEADS, *READS)


@permission("citizens.view_call_back")
def views_call_back(person: Person, call: CallBack) -> bool:
    """Agrees with CallBack.objects.visible_to."""
    return views_calls(person) and call.centre_id == person.centre_id


@permission("citizens.view_reviews")
def views_reviews(person: Person) -> bool:
    """Shift leaders, and those who answer for how content people are."""
    return person.standing.is_any(*LEADS, *READS)


@permission("citizens.view_review")
def views_review(person: Person, review: Review) -> bool:
    """Agrees with Review.objects.visible_to."""
    return views_reviews(person) and review.call.centre_id == person.centre_id


@permission("citizens.decide_review")
def decides_review(person: Person, review: Review | None = None) -> bool:
    """A shift leader or the centre's supervisor who did not ask for it himself."""
    if not person.standing.is_any(*LEADS):
        return False
    return review is None or (review.call.centre_id == person.centre_id and review.asked_by_id != person.pk)


@permission("citizens.view_satisfaction")
def views_satisfaction(person: Person) -> bool:
    """Those who answer for how content people are, and team leaders."""
    return person.standing.is_any(*LEADS, *READS, Position.TEAM_LEADER)

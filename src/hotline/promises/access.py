"""Who may do what to promises and difficult-issue forms. Lists (`visible_to`) and permissions of rows agree."""

from hotline.core.access import permission
from hotline.people.models import Centre, Person, Position
from hotline.promises import logic
from hotline.promises.models import Promise, Question, QuestionStatus
from hotline.promises.models.ledger import WORKS
from hotline.promises.queries.questions import current_promise
from hotline.promises.queries.superiors import leads

P = Position
DESK = (P.OPERATOR, P.AGENT, P.DISPATCHER, P.TEAM_LEADER, P.SHIFT_LEADER)
LEADS = (P.TEAM_LEADER, P.SHIFT_LEADER, P.CENTRE_SUPERVISOR, P.MANAGER, P.DIRECTOR)
OWES = (*DESK, P.CENTRE_SUPERVISOR, P.MANAGER, P.DIRECTOR)


def _here(person: Person, thing: Promise | Question) -> bool:
    return person.centre_id == thing.centre_id


def _program(person: Person, thing: Promise | Question) -> bool:
    return bool(person.is_system) and _here(person, thing)


@permission("promises.view_list")
def views_list(person: Person) -> bool:
    """Whoever may owe a customer something."""
    return person.standing.is_any(*OWES)


@permission("promises.view_promise")
def views_promise(person: Person, promise: Promise) -> bool:
    """Agrees with Promise.objects.visible_to."""
    return _here(person, promise) and person.standing.is_any(*WORKS)


@permission("promises.view_fragments")
def views_fragments(person: Person) -> bool:
    """Whoever may see promises sees them beside a case and on a customer's page."""
    return person.standing.is_any(*WORKS)


@permission("promises.view_ledger")
def views_ledger(person: Person) -> bool:
    """Those who answer for what others owe, and who judges it."""
    return person.standing.is_any(*LEADS, P.QUALITY)


@permission("promises.export")
def exports(person: Person) -> bool:
    """Whoever sees the ledger may take it along."""
    return views_ledger(person)


@permission("promises.open")
def opens(person: Person, centre: Centre | None = None) -> bool:
    """Those who talk with customers, those who lead them, and programs such as the telephone queue."""
    same = centre is None or centre.pk == person.centre_id
    return same and (person.is_system or person.standing.is_any(*OWES))


@permission("promises.keep")
def keeps(person: Person, promise: Promise) -> bool:
    """Whoever has the customer on the line may give him what was promised; the row says who did. The program keeps
    what it heard of."""
    return _program(person, promise) or (_here(person, promise) and person.standing.is_any(*OWES))


@permission("promises.take")
def takes(person: Person, promise: Promise) -> bool:
    """Out of the list of one's own team, or by whoever leads."""
    if not _here(person, promise) or not person.standing.is_any(*OWES):
        return False
    return promise.unit_id in person.standing.units or leads(person, promise.unit_id)


@permission("promises.move")
def moves(person: Person, promise: Promise) -> bool:
    """Its owner, who talks with the customer, and whoever leads; without an owner the team."""
    if not _here(person, promise):
        return False
    if promise.owner_id is None:
        return takes(person, promise)
    return promise.owner_id == person.pk or leads(person, promise.unit_id)


@permission("promises.pass_on")
def passes_on(person: Person, promise: Promise, to: Person) -> bool:
    """From its owner or by a leader to a colleague; a colleague may also take it upon himself."""
    if not _here(person, promise) or to.centre_id != promise.centre_id or not to.is_active:
        return False
    able = to.standing.is_any(*OWES)
    return able and (moves(person, promise) or to.pk == person.pk or person.is_system)


@permission("promises.release")
def releases(person: Person, promise: Promise) -> bool:
    """Whoever leads, and the program when its owner has gone."""
    return _program(person, promise) or (_here(person, promise) and leads(person, promise.unit_id))


@permission("promises.withdraw")
def withdraws(person: Person, promise: Promise) -> bool:
    """A leader, and never the one who owes it: nobody forgives himself a debt. The program, for barred numbers."""
    leader = _here(person, promise) and leads(person, promise.unit_id) and promise.owner_id != person.pk
    return _program(person, promise) or leader


@permission("promises.run_clock")
def runs_clock(person: Person, thing: Promise | Question) -> bool:
    """The program that reminds and escalates, and follows what happens to cases."""
    return _program(person, thing)


@permission("promises.ask_superior")
def asks_superior(person: Person) -> bool:
    """Whoever talks with customers and has somebody above him (A3.5, B3.6)."""
    return person.standing.is_any(*DESK)


@permission("promises.view_question")
def views_question(person: Person, question: Question) -> bool:
    """Agrees with Question.objects.visible_to."""
    return Question.objects.visible_to(person).filter(pk=question.pk).exists()


@permission("promises.view_inbox")
def views_inbox(person: Person) -> bool:
    """Whoever has somebody below him."""
    return person.standing.is_any(*LEADS)


@permission("promises.answer")
def answers(person: Person, question: Question) -> bool:
    """The superior before whom it lies; who stands above him may step in. Never the one who asked."""
    if not _here(person, question) or question.asked_by_id == person.pk:
        return False
    if question.status not in {QuestionStatus.ASKED, QuestionStatus.ASKED_BACK, QuestionStatus.TAKEN_OVER}:
        return False
    return question.superior_id == person.pk or logic.tier_of(person.standing.positions) > max(question.tier, 0)


@permission("promises.say_more")
def says_more(person: Person, question: Question) -> bool:
    """Whoever asked; whoever owes the reply by now."""
    return _here(person, question) and person.pk in {question.asked_by_id, current_promise(question).owner_id}


@permission("promises.generalise")
def generalises(person: Person, question: Question) -> bool:
    """Whoever answered it, and those who lead the shift and the centre (B2.4)."""
    leader = person.standing.is_any(P.SHIFT_LEADER, P.CENTRE_SUPERVISOR, P.MANAGER, P.DIRECTOR)
    return _here(person, question) and (question.answered_by_id == person.pk or leader)

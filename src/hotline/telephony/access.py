"""Who may do what with calls, queues, telephones and recordings."""

from hotline.core.access import permission
from hotline.people.access import views_person
from hotline.people.models import Centre, Person, Position
from hotline.people.queries import has_signed
from hotline.telephony.models import Call, Check, Menu, Queue, Recording, Supervision
from hotline.telephony.models.setup import ANSWERS, HAS_PHONE, LEADS, SENDS_OUT, SETS, WATCHES

P = Position
HEARS = (*ANSWERS, *LEADS, P.QUALITY, P.TRAINER)
SEES = (*ANSWERS, *LEADS, P.QUALITY)


@permission("telephony.view_list")
def views_list(person: Person) -> bool:
    """Whoever answers calls sees his own; whoever leads sees more (Call.objects.visible_to)."""
    return person.standing.is_any(*SEES)


@permission("telephony.view_call")
def views_call(person: Person, call: Call) -> bool:
    """Agrees with Call.objects.visible_to."""
    return Call.objects.visible_to(person).filter(pk=call.pk).exists()


@permission("telephony.view_queues")
def views_queues(person: Person) -> bool:
    """Those who lead, watch or set them."""
    return person.standing.is_any(*WATCHES)


@permission("telephony.view_queue")
def views_queue(person: Person, queue: Queue) -> bool:
    """Agrees with Queue.objects.visible_to."""
    return queue.centre_id == person.centre_id and person.standing.is_any(*WATCHES)


@permission("telephony.set_queue")
def sets_queue(person: Person, centre: Centre | None = None) -> bool:
    """Those who answer for how the centre is reached, and the program that makes the first queue."""
    same = centre is None or centre.pk == person.centre_id
    return same and (person.is_system or person.standing.is_any(*SETS))


@permission("telephony.view_reports")
def views_reports(person: Person) -> bool:
    """A2.4: those who lead, and quality; of people each sees whom he may see."""
    return person.standing.is_any(*LEADS, P.TEAM_LEADER, P.QUALITY)


@permission("telephony.view_menu")
def views_menu(person: Person, menu: Menu) -> bool:
    """Agrees with Menu.objects.visible_to."""
    return menu.centre_id == person.centre_id and person.standing.is_any(*WATCHES)


@permission("telephony.view_check")
def views_check(person: Person, check: Check) -> bool:
    """Agrees with Check.objects.visible_to."""
    return check.centre_id == person.centre_id and person.standing.is_any(*WATCHES)


@permission("telephony.ask_check")
def asks_check(person: Person, centre: Centre | None = None) -> bool:
    """A7.1: those who answer for the lines, those who lead the shift, and the clock."""
    same = centre is None or centre.pk == person.centre_id
    return same and (person.is_system or person.standing.is_any(*SETS, P.SHIFT_LEADER))


@permission("telephony.sign_check")
def signs_check(person: Person, check: Check) -> bool:
    """A7.2: a person signs, never the program: those who answer for the lines and those who lead the shift."""
    return check.centre_id == person.centre_id and person.standing.is_any(*SETS, P.SHIFT_LEADER)


@permission("telephony.view_states")
def views_states(person: Person) -> bool:
    """A2.3: those who lead people at telephones."""
    return person.standing.is_any(*LEADS, P.TEAM_LEADER)


@permission("telephony.view_recording")
def views_recording(person: Person, recording: Recording) -> bool:
    """Agrees with Recording.objects.visible_to."""
    return Recording.objects.visible_to(person).filter(pk=recording.pk).exists()


@permission("telephony.listen")
def listens(person: Person, recording: Recording) -> bool:
    """To the calls that one may see, and only under an undertaking to keep secrets (A2.14)."""
    heard = person.standing.is_any(*HEARS) and not person.is_system and has_signed(person)
    return heard and views_recording(person, recording)


@permission("telephony.view_recordings")
def views_recordings(person: Person) -> bool:
    """The list of recordings and what the nights found: those who lead, judge quality, or answer for the lines."""
    return person.standing.is_any(*LEADS, P.QUALITY, P.TEAM_LEADER)


@permission("telephony.hold_recording")
def holds_recording(person: Person, recording: Recording) -> bool:
    """Kept beyond its time by those who answer for the centre before others."""
    return person.standing.is_any(P.DIRECTOR, P.MANAGER, P.CENTRE_SUPERVISOR) and views_recording(person, recording)


@permission("telephony.use_phone")
def uses_phone(person: Person, other: Person) -> bool:
    """One's own telephone; programs stand in for whoever was signed out."""
    same = person.centre_id == other.centre_id
    return same and (person.is_system or (person.pk == other.pk and person.standing.is_any(*HAS_PHONE)))


@permission("telephony.view_phones")
def views_phones(person: Person) -> bool:
    """Who has which telephone: those who set queues and those who lead the shift."""
    return person.standing.is_any(*SETS, P.SHIFT_LEADER)


@permission("telephony.set_phone")
def sets_phone(person: Person, other: Person) -> bool:
    """A telephone on the desk is set up by those who set queues."""
    return person.centre_id == other.centre_id and person.standing.is_any(*SETS)


@permission("telephony.run_acd")
def runs_acd(person: Person, centre: Centre) -> bool:
    """The program alone: it leads, writes the log, keeps recordings."""
    return bool(person.is_system) and person.centre_id == centre.pk


@permission("telephony.open_phone")
def opens_phone(person: Person) -> bool:
    """Whoever answers calls has a telephone in the browser, and whoever leads them and may listen in."""
    return person.standing.is_any(*HAS_PHONE)


@permission("telephony.call_out")
def calls_out(person: Person, other: Person) -> bool:
    """Whoever has a telephone, from his own."""
    return person.pk == other.pk and person.standing.is_any(*HAS_PHONE)


@permission("telephony.transfer_outside")
def transfers_outside(person: Person, other: Person) -> bool:
    """Numbers outside are brought into a talk by those who lead; an operator asks his leader."""
    return person.pk == other.pk and person.standing.is_any(*SENDS_OUT)


@permission("telephony.supervise")
def supervises(person: Person, other: Person) -> bool:
    """A2.3: those who lead the centre, everybody in it; a team leader his team; nobody himself."""
    if person.centre_id != other.centre_id or person.pk == other.pk or other.is_system:
        return False
    if person.standing.is_any(*LEADS):
        return True
    return person.standing.is_any(P.TEAM_LEADER) and views_person(person, other)


@permission("telephony.view_supervision")
def views_supervision(person: Person, row: Supervision) -> bool:
    """Agrees with Supervision.objects.visible_to."""
    return Supervision.objects.visible_to(person).filter(pk=row.pk).exists()

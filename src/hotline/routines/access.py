"""Who passes instructions down, who confirms, who follows up. A list and a row's permission always agree."""

from hotline.core.access import permission
from hotline.people.models import Person
from hotline.routines.models import FOLLOWS, ISSUES, Duty, Instruction


@permission("routines.view_own")
def views_own(person: Person) -> bool:
    """Everybody who holds a position: anybody may be concerned."""
    return not person.is_system and bool(person.standing.positions)


@permission("routines.view_instruction")
def views_instruction(person: Person, instruction: Instruction) -> bool:
    """The same rows as Instruction.objects.visible_to."""
    if instruction.centre_id != person.centre_id:
        return False
    return person.standing.is_any(*FOLLOWS) or instruction.duties.filter(person=person.pk).exists()


@permission("routines.view_duty")
def views_duty(person: Person, duty: Duty) -> bool:
    """The same rows as Duty.objects.visible_to."""
    here = duty.instruction.centre_id == person.centre_id
    return here and (duty.person_id == person.pk or person.standing.is_any(*FOLLOWS))


@permission("routines.follow")
def follows(person: Person, instruction: Instruction | None = None) -> bool:
    """Those who answer for others: they see who has not confirmed, and remind."""
    here = instruction is None or instruction.centre_id == person.centre_id
    return here and person.standing.is_any(*FOLLOWS)


@permission("routines.issue")
def issues(person: Person, instruction: Instruction | None = None) -> bool:
    """The centre supervisor and those above pass down, archive and withdraw (B1.2)."""
    here = instruction is None or instruction.centre_id == person.centre_id
    return here and person.standing.is_any(*ISSUES)


@permission("routines.confirm")
def confirms(person: Person, duty: Duty) -> bool:
    """Each for himself and nobody for another."""
    return duty.person_id == person.pk


@permission("routines.watch")
def watches(person: Person, centre_id: int) -> bool:
    """The centre's program enrols newcomers, reminds and tells the leaders."""
    return bool(person.is_system) and person.centre_id == centre_id

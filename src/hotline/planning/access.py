"""Who may see what will come and who is there, and who decides about it."""

from hotline.core.access import permission
from hotline.people.models import Centre, Person, Position
from hotline.planning.models import SEES, Remedy, Series

PLANS = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER)
SETTLES = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR)


def _here(person: Person, thing: Series | Remedy | Centre | None) -> bool:
    match thing:
        case None:
            return True
        case Centre():
            return person.centre_id == thing.pk
    return person.centre_id == thing.centre_id


@permission("planning.view")
def views(person: Person) -> bool:
    """Those who lead the centre and its teams, and who counts its people (A5.5)."""
    return person.standing.is_any(*SEES)


@permission("planning.view_series")
def views_series(person: Person, series: Series) -> bool:
    """Agrees with Series.objects.visible_to."""
    return _here(person, series) and (person.is_system or person.standing.is_any(*SEES))


@permission("planning.view_remedy")
def views_remedy(person: Person, proposal: Remedy) -> bool:
    """Agrees with Remedy.objects.visible_to."""
    return _here(person, proposal) and (person.is_system or person.standing.is_any(*SEES))


@permission("planning.forecast")
def forecasts(person: Person, series: Series | None = None) -> bool:
    """Those who plan make forecasts and correct them; the program makes one each night."""
    return _here(person, series) and (person.is_system or person.standing.is_any(*PLANS))


@permission("planning.settle_series")
def settles_series(person: Person, centre: Centre | None = None) -> bool:
    """What an hour of work costs and how soon it is to be done: those who answer for the centre."""
    return _here(person, centre) and (person.is_system or person.standing.is_any(*SETTLES))


@permission("planning.import_history")
def imports_history(person: Person, series: Series | None = None) -> bool:
    """Those who plan bring the past of other systems in."""
    return _here(person, series) and (person.is_system or person.standing.is_any(*PLANS))


@permission("planning.staff")
def staffs(person: Person, series: Series | None = None) -> bool:
    """Those who plan say how many the roster needs."""
    return _here(person, series) and (person.is_system or person.standing.is_any(*PLANS))


@permission("planning.replan")
def replans(person: Person, thing: Remedy | Centre | None = None) -> bool:
    """Whoever leads the shift or the centre re-plans its afternoon; the program proposes at 14:00 (A7.5)."""
    return _here(person, thing) and (person.is_system or person.standing.is_any(*PLANS))


@permission("planning.assign")
def assigns(person: Person, centre: Centre | None = None) -> bool:
    """Those who answer for the shift's cases move them between hands (B1.3); `cases.assign` says it again of each."""
    return _here(person, centre) and person.standing.is_any(Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER)

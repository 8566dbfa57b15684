"""Incidents: one announcement for all operators, cases added and taken out, one word to all of them, the end."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import Action
from hotline.cases.models import Case, Category, Grid, Incident, IncidentCase, IncidentStatus
from hotline.cases.services import act
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person

CLAUSE = "cases.incident"
MOST_AT_ONCE = 500


def _tell(incident: Incident, *cases: int) -> None:
    """Wake the pages that show the incident, and every desk that shows its announcement."""
    topics = [f"incidents:{incident.centre_id}", f"incident:{incident.pk}", *(f"case:{key}" for key in cases)]
    live.touch(*topics)


def _say(title: str, announcement: str) -> tuple[str, str]:
    missing = []
    if not title.strip():
        missing.append(Refusal(CLAUSE, _("Give the incident a title."), {"field": "title"}))
    if not announcement.strip():
        missing.append(Refusal(CLAUSE, _("Say what operators shall tell callers."), {"field": "announcement"}))
    if missing:
        raise Refused(*missing)
    return title.strip(), announcement.strip()


@transaction.atomic
def open_incident(
    *,
    title: str,
    announcement: str,
    area: str = "",
    category: Category | None = None,
    grid: Grid | None = None,
    case_ids: Sequence[int] = (),
    by: Person,
    at: datetime,
) -> Incident:
    """Open an incident; its announcement stands on every operator's desk from now on."""
    authorize(by, "cases.lead_incidents")
    title, announcement = _say(title, announcement)
    first = Case.objects.visible_to(by).filter(pk__in=case_ids).order_by("arrived_at").first()
    incident = Incident(
        centre_id=by.centre_id,
        title=title,
        category=category,
        grid=grid,
        area=area.strip(),
        announcement=announcement,
        since=min(first.arrived_at, at) if first else at,
        opened_by=by,
    )
    begin(incident, IncidentStatus.OPEN, by=by, at=at)
    incident.save()
    if case_ids:
        _add(incident, case_ids, by, at)
    _tell(incident, *case_ids)
    return incident


def _locked(incident_id: int, by: Person) -> Incident:
    incident = Incident.objects.select_for_update().get(pk=incident_id)
    authorize(by, "cases.lead_incident", incident)
    return incident


def _still_open(incident: Incident) -> None:
    if incident.status != IncidentStatus.OPEN:
        raise Refused(Refusal(CLAUSE, _("The incident is over.")))


@transaction.atomic
def announce(*, incident_id: int, title: str, announcement: str, area: str, by: Person, at: datetime) -> Incident:
    """Change what the incident is called and what operators tell callers."""
    incident = _locked(incident_id, by)
    _still_open(incident)
    incident.title, incident.announcement = _say(title, announcement)
    incident.area = area.strip()
    incident.status_at, incident.status_by = at, by
    incident.save(update_fields=["title", "announcement", "area", "status_at", "status_by"])
    _tell(incident)
    return incident


@transaction.atomic
def add_cases(*, incident_id: int, case_ids: Sequence[int], by: Person, at: datetime) -> int:
    """Add cases; what belongs to it already stays, what belongs to another incident is refused. How many are new."""
    incident = Incident.objects.select_for_update().get(pk=incident_id)
    authorize(by, "cases.link_incident", incident)
    _still_open(incident)
    added = _add(incident, case_ids, by, at)
    _tell(incident, *case_ids)
    return added


def _add(incident: Incident, case_ids: Sequence[int], by: Person, at: datetime) -> int:
    if len(case_ids) > MOST_AT_ONCE:
        raise Refused(Refusal(CLAUSE, _("At most {most} cases at once."), {"most": MOST_AT_ONCE}))
    cases = Case.objects.visible_to(by).filter(pk__in=case_ids, centre=incident.centre_id)
    wanted = {case.pk: case for case in cases.select_for_update(no_key=True, of=("self",)).order_by("pk")}
    if len(wanted) != len(set(case_ids)):
        raise Refused(Refusal(CLAUSE, _("One of these cases is not there.")))
    linked = IncidentCase.objects.filter(case__in=wanted, unlinked_at__isnull=True).select_related("incident", "case")
    for link in linked:
        if link.incident_id != incident.pk:
            told = {"number": link.case.number, "title": link.incident.title}
            raise Refused(Refusal(CLAUSE, _("{number} belongs to “{title}” already."), told))
        wanted.pop(link.case_id)
    IncidentCase.objects.bulk_create(
        IncidentCase(incident=incident, case=case, linked_by=by, linked_at=at) for case in wanted.values()
    )
    return len(wanted)


@transaction.atomic
def take_out(*, incident_id: int, case_id: int, by: Person, at: datetime) -> Incident:
    """Take a case out that has nothing to do with it; who added it when stays written."""
    incident = Incident.objects.select_for_update().get(pk=incident_id)
    authorize(by, "cases.link_incident", incident)
    link = IncidentCase.objects.select_for_update().filter(incident=incident, case=case_id, unlinked_at__isnull=True)
    for one in link:
        one.unlinked_at, one.unlinked_by = at, by
        one.save(update_fields=["unlinked_at", "unlinked_by"])
    _tell(incident, case_id)
    return incident


@transaction.atomic
def tell_cases(*, incident_id: int, text: str, by: Person, at: datetime) -> int:
    """Write the same note into every case of the incident; how many."""
    incident = _locked(incident_id, by)
    if not text.strip():
        raise Refused(Refusal("B2.6", _("A note needs words."), {"field": "text"}))
    return _note(incident, text.strip(), by, at)


def _note(incident: Incident, text: str, by: Person, at: datetime) -> int:
    keys = IncidentCase.objects.filter(incident=incident, unlinked_at__isnull=True).values_list("case_id", flat=True)
    cases = act.lock_together(*keys)
    for case in cases.values():
        act.record(
            case, action=Action.NOTE, by=by, at=at, note=f"{incident.title}: {text}", data={"incident": incident.pk}
        )
    return len(cases)


@transaction.atomic
def end_incident(*, incident_id: int, message: str, by: Person, at: datetime) -> Incident:
    """It is over: the announcement goes, and every case of it is told how it ended. The cases go on by themselves."""
    incident = _locked(incident_id, by)
    if not message.strip():
        raise Refused(Refusal(CLAUSE, _("Say how it ended: every case of it is told."), {"field": "message"}))
    incident.until = max(at, incident.since)
    move(incident, IncidentStatus.OVER, by=by, at=at, note=message.strip(), also=("until",))
    _note(incident, message.strip(), by, at)
    _tell(incident)
    return incident


@transaction.atomic
def reopen_incident(*, incident_id: int, reason: str, by: Person, at: datetime) -> Incident:
    """It was not over after all: the announcement is back."""
    incident = _locked(incident_id, by)
    if not reason.strip():
        raise Refused(Refusal("B2.6", _("Give a reason."), {"field": "reason"}))
    incident.until = None
    move(incident, IncidentStatus.OPEN, by=by, at=at, note=reason.strip(), also=("until",))
    _tell(incident)
    return incident

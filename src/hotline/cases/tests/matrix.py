"""Something real for each argument of the addresses of duplicates, merging and incidents."""

from hotline.cases.models import Case
from hotline.cases.services import incidents
from hotline.cases.tests.builders import NINE, Town


def arguments(town: Town, case: Case) -> dict[str, dict[str, object]]:
    """By page, where the area's own arguments do not fit."""
    incident = incidents.open_incident(
        title="学府路水管爆裂", announcement="正在抢修，预计18时恢复供水。", by=town.leader, at=NINE
    )
    of_case: dict[str, object] = {"pk": case.pk}
    of_incident: dict[str, object] = {"pk": incident.pk, "act": "tell", "number": case.number}
    cases = ("similar_to", "goes_on", "reporters", "incident_of", "incident_join", "calls_of")
    of_class: dict[str, object] = {"pk": town.condition.category_id}
    pages = ("incident", "incident_points", "incident_act", "incident_leave")
    return (
        {f"cases:{name}": of_case for name in cases}
        | {f"cases:{name}": of_incident for name in pages}
        | {"cases:category_radius": of_class}
    )

"""The nightly check: every case is folded from its events and compared with the tables; differences are kept."""

from datetime import datetime

from structlog import get_logger

from hotline.cases.queries import rebuild
from hotline.core.access import authorize
from hotline.core.health import beat
from hotline.people.models import Person

log = get_logger()
SHOWN = 50


def check_all(*, by: Person, at: datetime) -> list[rebuild.Difference]:
    """Compare every case with its events; what was found stands beside the heartbeat of this check."""
    authorize(by, "cases.rebuild")
    found: list[rebuild.Difference] = []
    cases = 0
    for keys in rebuild.batches(by.centre_id):
        cases += len(keys)
        found += rebuild.differences(keys)
    note = {
        "cases": cases,
        "differences": len(found),
        "first": [f"{one.case} {one.what}: {one.stored} / {one.told}" for one in found[:SHOWN]],
    }
    beat(f"rebuild:{by.centre_id}", at=at, note=note)
    if found:
        log.error("cases.rebuild", cases=cases, differences=len(found))
    return found

"""What the clock starts: what nobody accepted goes to the shift leader, first owners learn what happened."""

from datetime import datetime

from hotline.cases.models import CaseEvent
from hotline.core import health
from hotline.core.jobs import job
from hotline.handover.queries import duty
from hotline.handover.services import following, signing
from hotline.people.models import Centre
from hotline.people.queries import system_person

READ = "handover:events"  # up to which event first owners have been told
# Events are numbered before they commit: the last ones are read again, and a mark tells what was told already.
AGAIN = 300
MOST = 2000


@job(queue="timers", cron="* * * * *", lock="handover.escalate")
def escalate_untaken(*, at: datetime) -> None:
    """Before shifts end: settle what is gone, give to the shift leader what nobody has accepted."""
    escalate_all(at)


@job(queue="timers", cron="* * * * *", lock="handover.follow")
def tell_first_owners(*, at: datetime) -> None:
    """Tell first owners what others did with their cases since the last minute."""
    tell_all(at)


def escalate_all(at: datetime) -> None:
    """For every centre; a second time escalates only what has come since."""
    for centre in Centre.objects.all():
        program = system_person(centre)
        signing.settle_gone(centre=centre, by=program, at=at)
        things, names = 0, []
        for entry in duty.ending(centre, at):
            count = signing.escalate(entry=entry, by=program, at=at)
            if count:
                things += count
                names.append(entry.person.name)
        if things:
            signing.tell_escalated(centre=centre, names=names, things=things, by=program, at=at)


def tell_all(at: datetime) -> None:
    """Everything that happened since the mark; a second time tells nobody twice."""
    last = health.last(READ)
    newest = CaseEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if last is None:  # a history that was there before is nobody's news
        health.beat(READ, at=at, note={"event": newest})
        return
    after = int(last.note.get("event", 0)) - AGAIN
    rows = CaseEvent.objects.filter(pk__gt=after, action__in=following.TOLD_OF, case__first_owner__isnull=False)
    events = list(rows.select_related("case__first_owner", "actor").order_by("pk")[:MOST])
    for centre in Centre.objects.filter(pk__in={event.case.centre_id for event in events}):
        following.tell_first_owners(centre=centre, events=events, by=system_person(centre), at=at)
    reached = events[-1].pk if len(events) == MOST else newest
    health.beat(READ, at=at, note={"event": max(reached, after)})

"""What the clock starts: newcomers are enrolled, the forgetful reminded, leaders told."""

from datetime import datetime

from hotline.core.clock import local_day
from hotline.core.jobs import job
from hotline.people.models import Centre
from hotline.people.queries import system_person
from hotline.routines import logic, queries, services


def look_after_instructions(*, at: datetime) -> None:
    """Bring audiences up to date, then remind and escalate. Each step is a transaction and safe to run twice."""
    programs = {centre.pk: system_person(centre) for centre in Centre.objects.all()}
    for instruction in queries.open_instructions():
        services.bring_up_to_date(instruction_id=instruction.pk, by=programs[instruction.centre_id], at=at)
    due = queries.due_steps(at, logic.TERMS.on(local_day(at)))
    for one in due:
        if one.step is logic.Step.REMIND:
            services.remind(duty_id=one.duty_id, by=programs[one.centre_id], at=at)
    for instruction_id, centre_id in {
        (one.instruction_id, one.centre_id) for one in due if one.step is logic.Step.ESCALATE
    }:
        services.escalate(instruction_id=instruction_id, by=programs[centre_id], at=at)


watch = job(queue="timers", cron="*/10 * * * *", lock="routines.watch", name="routines.watch")(look_after_instructions)

"""What the clock starts: hand-outs to note, mails to send, deliveries and objections that are over, monthly reports."""

from datetime import datetime

from hotline.core import clock
from hotline.core.jobs import job
from hotline.departments.models import ReportMail
from hotline.departments.queries import hops as queries
from hotline.departments.queries.months import Month
from hotline.departments.services import handover, objections, reports
from hotline.people.models import Centre, Person, Unit, UnitKind
from hotline.people.queries import system_person


def _programs() -> dict[int, Person]:
    return {centre.pk: system_person(centre) for centre in Centre.objects.all()}


def look_after_handouts(*, at: datetime) -> None:
    """Note new hand-outs, send what waits, close what is over. Each step is a transaction and safe to run twice."""
    programs = _programs()
    for run_id, centre_id in queries.unnoted(at):
        handover.note_handout(run_id=run_id, by=programs[centre_id], at=at)
    for delivery_id, centre_id in queries.to_acknowledge():
        handover.acknowledge(delivery_id=delivery_id, by=programs[centre_id], at=at)
    for delivery_id, centre_id in queries.to_mail():
        handover.send_mail(delivery_id=delivery_id, by=programs[centre_id], at=at)
    for objection_id, centre_id in queries.to_lapse():
        objections.lapse(objection_id=objection_id, by=programs[centre_id], at=at)
    for mail in ReportMail.objects.filter(status="unsent").select_related("report__department"):
        reports.mail_report(mail_id=mail.pk, by=programs[mail.report.department.centre_id], at=at)


def send_months(*, at: datetime) -> None:
    """On the first of a month: freeze the month that is over for every department, and mail it to both sides."""
    month = Month(clock.local_day(at).replace(day=1)).before
    programs = _programs()
    for unit in Unit.objects.filter(kind=UnitKind.DEPARTMENT, is_active=True).select_related("centre"):
        reports.freeze_report(department=unit, month=month, by=programs[unit.centre_id], at=at)


watch = job(queue="timers", cron="* * * * *", lock="departments.watch", name="departments.watch")(look_after_handouts)
monthly = job(queue="nightly", cron="20 6 1 * *", lock="departments.monthly", name="departments.monthly")(send_months)

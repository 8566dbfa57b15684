"""What departments do when the post has taken a mail or given it up."""

from datetime import datetime

from hotline.core.events import handles
from hotline.departments.models import Delivery, ReportMail
from hotline.departments.queries import hops
from hotline.departments.queries import reports as report_queries
from hotline.departments.services import handover, reports
from hotline.messages.events import MessageDelivered, MessageFailed
from hotline.people.queries import system_person


@handles(MessageDelivered)
def mail_went_out(event: MessageDelivered, *, at: datetime) -> None:
    """The post took it."""
    _note(event.key, "", at)


@handles(MessageFailed)
def mail_was_given_up(event: MessageFailed, *, at: datetime) -> None:
    """The post gave it up: a person has to look."""
    _note(event.key, event.reason or event.status, at)


def _note(key: str, failure: str, at: datetime) -> None:
    delivery = Delivery.objects.select_related("hop__case__centre").filter(pk=hops.by_key(key)).first()
    if delivery is not None and hops.key_of(delivery) == key:  # an older round's mail says nothing of this one
        program = system_person(delivery.hop.case.centre)
        handover.note_result(delivery_id=delivery.pk, failure=failure, by=program, at=at)
    mail = ReportMail.objects.select_related("report__department__centre").filter(pk=report_queries.by_key(key)).first()
    if mail is not None and report_queries.key_of(mail) == key:
        program = system_person(mail.report.department.centre)
        reports.note_mail_result(mail_id=mail.pk, failure=failure, by=program, at=at)

"""The monthly report: frozen once, mailed to both sides (A2.21)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from hotline.core import live, pages
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.core.templatetags.formats import share
from hotline.departments.models import Contact, DeliveryStatus, Report, ReportMail, Side
from hotline.departments.queries import reports as queries
from hotline.departments.queries import workbook
from hotline.departments.queries.months import Month
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.messages import services as messages
from hotline.messages.senders import Attached
from hotline.people.models import Person, Unit

CLAUSE = "A2.21"
OCCASION = "departments_month"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
D = DeliveryStatus


@transaction.atomic
def freeze_report(*, department: Unit, month: Month, by: Person, at: datetime) -> Report:
    """Store the figures of a month that is over, with their hash, and put the mails to both sides on their way."""
    authorize(by, "departments.freeze_report", department)
    department = Unit.objects.select_for_update().get(pk=department.pk)  # one freezing at a time
    known = Report.objects.filter(department=department, month=month.first).first()
    if known is not None:
        return known
    if local_day(at) < month.after.first:
        raise Refused(Refusal(CLAUSE, _("The month is not over yet.")))
    figures = queries.document(by, department, month, at)
    report = Report.objects.create(
        department=department, month=month.first, figures=figures, sha256=queries.sha256(figures), by=by, at=at
    )
    contact = Contact.objects.filter(department=department).first()
    for side, address in ((Side.DEPARTMENT, contact and contact.mail), (Side.CENTRE, contact and contact.centre_mail)):
        if address:
            mail = ReportMail(report=report, side=side, address=address)
            begin(mail, D.UNSENT, by=by, at=at)
            mail.save(force_insert=True)
    live.touch(f"department:{department.pk}")
    return report


def _locked(mail_id: int) -> ReportMail:
    rows = ReportMail.objects.select_for_update(of=("self",)).select_related("report__department__centre")
    return rows.get(pk=mail_id)


@transaction.atomic
def mail_report(*, mail_id: int, by: Person, at: datetime) -> ReportMail:
    """Hand a report to the post for one side; what is sent is what was stored."""
    mail = _locked(mail_id)
    report = mail.report
    authorize(by, "departments.hand_over", report.department.centre_id)
    if mail.status != D.UNSENT:
        return mail
    view = queries.view_of(report.figures)
    phase = next(line.figure for line in view.lines if line.key == "phase")
    book = pages.xlsx(f"report-{view.month.key}", workbook.heads(), workbook.lines(view)).content
    try:
        with transaction.atomic():
            messages.send(
                channel="mail",
                to=mail.address,
                occasion=OCCASION,
                params={
                    "centre": report.department.centre.name,
                    "department": report.department.name,
                    "month": view.month.key,
                    "received": view.received,
                    "rate": share(phase.numerator, phase.denominator),
                    "made_of": f"{phase.numerator} / {phase.denominator}",
                    "hash": report.sha256,
                },
                key=queries.key_of(mail),
                about=f"departments.report:{report.pk}",
                files=[Attached(gettext("department-report") + f"-{view.month.key}.xlsx", XLSX, bytes(book))],
                by=by,
                at=at,
            )
    except Refused as error:
        mail.last_error = str(error.refusals[0])[:300]
        move(mail, D.FAILED, by=by, at=at, also=("last_error",))
    else:
        move(mail, D.SENDING, by=by, at=at)
    live.touch(f"department:{report.department_id}")
    return mail


@transaction.atomic
def note_mail_result(*, mail_id: int, failure: str, by: Person, at: datetime) -> ReportMail:
    """The post took a report's mail, or (`failure` says why) gave it up."""
    mail = _locked(mail_id)
    authorize(by, "departments.hand_over", mail.report.department.centre_id)
    if mail.status == D.SENDING:
        mail.last_error = failure[:300]
        move(mail, D.FAILED if failure else D.DELIVERED, by=by, at=at, also=("last_error",))
        live.touch(f"department:{mail.report.department_id}")
    return mail


@transaction.atomic
def mail_report_again(*, mail_id: int, by: Person, at: datetime) -> ReportMail:
    """Send a report's mail once more, to the mailbox as it is known now."""
    mail = _locked(mail_id)
    authorize(by, "departments.freeze_report", mail.report.department)
    contact = Contact.objects.filter(department=mail.report.department_id).first()
    known = "" if contact is None else contact.mail if mail.side == Side.DEPARTMENT else contact.centre_mail
    mail.address = known or mail.address
    mail.rounds += 1
    move(mail, D.UNSENT, by=by, at=at, also=("address", "rounds"))
    return mail

"""Where a citizen can be written to, and which reports of callers are still to be answered with a code."""

from datetime import datetime, timedelta

from django.conf import settings

from hotline.cases.models import Case, Source
from hotline.citizens.models import MailContact, PublicIntake, Tracking
from hotline.customers.logic import Kind
from hotline.customers.models import CustomerNumber
from hotline.messages.logic.sealing import unseal
from hotline.messages.queries import secrets

LOOK_BACK = timedelta(hours=2)
MOST_AT_ONCE = 200


def addresses(case: Case) -> list[tuple[str, str]]:
    """(channel, address) of everybody who wants to be told about a report: his mobile number, his mail."""
    tracking = Tracking.objects.filter(case=case.pk).first()
    if tracking is not None and tracking.wants_none:
        return []
    found = []
    if case.customer_id is not None:
        rows = CustomerNumber.objects.filter(customer=case.customer_id, kind=Kind.MOBILE.value)
        mobile = rows.order_by("-is_main", "pk").first()
        if mobile is not None:
            found.append(("sms", mobile.e164))
    mail = MailContact.objects.filter(case=case.pk).first()
    if mail is not None:
        found.append(("mail", str(unseal(bytes(mail.sealed), secrets())["mail"])))
    return found


def language_of(case: Case) -> str:
    """The language in which the report was made."""
    row = Tracking.objects.filter(case=case.pk).first()
    return row.language if row else settings.LANGUAGE_CODE


def without_code(at: datetime) -> list[Case]:
    """Reports of callers of the last hours who have not been told number and code yet."""
    centres = PublicIntake.objects.filter(is_open=True, tells_callers=True).values("centre")
    rows = Case.objects.filter(
        centre__in=centres,
        arrived_at__gte=at - LOOK_BACK,
        arrived_at__lte=at,
        source=Source.PHONE,
        customer__numbers__kind=Kind.MOBILE.value,
        tracking__isnull=True,
    )
    return list(rows.select_related("centre").distinct()[:MOST_AT_ONCE])

"""The month's report: frozen when it is made, then mailed to departments and managers."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext

from hotline.cases.logic.flow import STATUS_LABELS, Status
from hotline.cases.models import Source
from hotline.core.access import authorize
from hotline.insight.logic.charts import change
from hotline.insight.models import Recipient, Report
from hotline.insight.queries import voice
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.messages import services as messages
from hotline.messages.models import Message
from hotline.people.models import Centre, Person, Unit

LANGUAGE = "zh-hans"


@transaction.atomic
def make(*, centre: Centre, month: date, by: Person, at: datetime) -> Report:
    """Freeze what a month says; made once, the same report ever after."""
    authorize(by, "insight.make_report")
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)  # one maker at a time
    known = Report.objects.filter(centre=centre, month=month).first()
    if known is not None:
        return known
    found = voice.voice(centre.pk, month)
    with translation.override(LANGUAGE):
        text = _text(centre, found)
    return Report.objects.create(centre=centre, month=month, body=_plain(found), text=text, made_by=by, made_at=at)


def _plain(found: voice.Voice) -> dict[str, Any]:
    """What the report holds, as JSON."""
    return {
        "totals": found.totals,
        "then": found.then,
        "trend": [[month.isoformat(), counts] for month, counts in found.trend],
        "classes": [asdict(one) for one in found.classes],
        "reasons": [asdict(one) for one in found.reasons],
        "places": [asdict(one) for one in found.places],
        "unmet": [asdict(one) for one in found.unmet],
        "sought": [asdict(one) for one in found.sought],
        "complaints": [asdict(one) for one in found.complaints],
    }


def _text(centre: Centre, found: voice.Voice) -> str:
    """The report in words, as it is mailed."""
    parts = [
        gettext("{centre}: voice of the customer, {month}").format(centre=centre.name, month=f"{found.month:%Y-%m}"),
        gettext("Reports: {n} (month before: {then} {change})").format(
            n=f"{found.totals['reports']:,}",
            then=f"{found.then['reports']:,}",
            change=change(found.totals["reports"], found.then["reports"]),
        ),
        gettext("Not accepted {a}, rejected {b}, reworked {c}, reopened {d}").format(
            a=found.totals["not_accepted"], b=found.totals["rejected"], c=found.totals["reworked"],
            d=found.totals["reopened"],
        ),
        "",
        _sources(found),
        _section(gettext("Top reasons"), [_reason(one) for one in found.reasons]),
        _section(gettext("Hot places"), [_place(one) for one in found.places]),
        _section(gettext("Not content"), [f"{one.words}  {one.times:,}" for one in found.complaints]),
        _section(gettext("Wishes not met"), [_unmet(one) for one in (*found.unmet, *found.sought)]),
    ]  # fmt: skip
    return "\n".join(parts).strip() + "\n"


def _section(title: str, lines: list[str]) -> str:
    numbered = [f"{number}. {line}" for number, line in enumerate(lines, start=1)] or [gettext("None.")]
    return "\n".join([title, *numbered, ""])


def _sources(found: voice.Voice) -> str:
    counts = found.trend[-1][1]
    listed = [f"{Source(name).label} {counts[name]:,}" for name in voice.SOURCES if counts.get(name)]
    return _section(gettext("By source"), listed)


def _reason(one: voice.Reason) -> str:
    name = f"{one.big} · {one.name}" if one.name else gettext("Without a category")
    return f"{name}  {one.reports:,}  {one.change}".rstrip()


def _place(one: voice.Place) -> str:
    name = one.name or gettext("Without a name")
    return "  ".join(part for part in (name, one.district, f"{one.reports:,}", one.top) if part)


def _unmet(one: voice.Unmet) -> str:
    kind = gettext("Searched in vain") if one.kind == "search" else gettext(STATUS_LABELS[Status(one.kind)])
    return f"{kind}：{one.text or gettext('no reason given')}  {one.times:,}"


@transaction.atomic
def mail(*, report_id: int, by: Person, at: datetime) -> list[Message]:
    """Mail a report to everybody who gets it; asked again, nobody gets it twice."""
    authorize(by, "insight.make_report")
    report = Report.objects.select_for_update(of=("self",)).select_related("centre").get(pk=report_id)
    receivers = Recipient.objects.filter(centre=report.centre, is_active=True).order_by("pk")
    return [_send(report, receiver, by, at) for receiver in receivers]


def _send(report: Report, receiver: Recipient, by: Person, at: datetime) -> Message:
    return messages.send(
        channel="mail",
        to=receiver.mail,
        occasion="insight.voice",
        params={
            "centre": report.centre.name,
            "month": f"{report.month:%Y-%m}",
            "name": receiver.name,
            "text": report.text,
        },
        key=f"insight.voice:{report.pk}:{receiver.pk}",
        about=f"insight.report:{report.pk}",
        by=by,
        at=at,
    )


@transaction.atomic
def add_recipient(*, name: str, mail: str, unit: Unit | None = None, by: Person, at: datetime) -> Recipient:
    """Somebody who gets the report from now on."""
    authorize(by, "insight.settle_recipients")
    if unit is not None and unit.centre_id != by.centre_id:
        raise Refused(Refusal("A1.2", _("This department is not one of the centre's."), {"field": "unit"}))
    try:
        with transaction.atomic():
            return Recipient.objects.create(
                centre_id=by.centre_id, unit=unit, name=name.strip(), mail=mail.strip().lower(), since=at
            )
    except IntegrityError as error:
        raise Refused(Refusal("A1.2", _("This address gets the report already."), {"field": "mail"})) from error


@transaction.atomic
def end_recipient(*, recipient_id: int, by: Person, at: datetime) -> Recipient:
    """He gets no report any more."""
    row = Recipient.objects.select_for_update(of=("self",)).get(pk=recipient_id)
    authorize(by, "insight.view_recipient", row)
    row.is_active = False
    row.save(update_fields=["is_active"])
    return row

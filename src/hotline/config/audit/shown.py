"""How a value of the trail is shown: in words, with what nobody may read left out and what tells of citizens masked."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, TypeAlias

from django.db import models
from django.utils.translation import gettext
from psycopg.types.range import Range

from hotline.config.audit.words import COLUMNS
from hotline.core import clock
from hotline.customers import logic as customers
from hotline.messages.logic.sending import mask
from hotline.messages.models import Channel

NOTHING = "–"
LONGEST = 200
# Of no use to a reader: keys made from names, sums of bytes.
DULL = {"id", "name_key", "row_hash", "sha256", "halves"}
SECRET = {
    "people.Person.password",
    "people.Invitation.token_hash",
    "people.SeatSession.session_hash",
    "rosters.Feed.token_hash",
    "citizens.Tracking.known_by",
    "attendance.Talk.health",
    "open311.ApiKey.hash",
    "open311.Posting.token",
    "open311.Posting.fingerprint",
    "open311.Subscription.salt",
    "telephony.Phone.digest",
}
PHONES = {
    "people.Person.phone",
    "customers.CustomerNumber.e164",
    "outbound.Attempt.e164",
    "outbound.DoNotCall.e164",
    "outbound.Record.e164",
}
NAMES = {"customers.Customer.name", "departments.Delivery.phoned_to", "outbound.Record.name"}
MAILS = {
    "departments.Contact.mail",
    "departments.Contact.centre_mail",
    "departments.Delivery.address",
    "departments.ReportMail.address",
    "insight.Recipient.mail",
}
MASKS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(PHONES, customers.mask),
    **dict.fromkeys(NAMES, customers.mask_name),
    **dict.fromkeys(MAILS, partial(mask, Channel.MAIL)),
}
# What citizens said of themselves, and what somebody typed or was told alone.
VEILED = {
    "customers.Customer.address",
    "customers.Customer.note",
    "customers.CustomerNumber.extension",
    "people.Notice.params",
    "people.Notice.link",
    "cases.Draft.data",
    "cases.ImportRow.params",
    "cases.Export.query",
    "citizens.CallBack.words",
    "citizens.CallTry.note",
    "citizens.Paper.sender",
    "approvals.Chain.params",
    "approvals.Step.note",
    "handover.CustomerTold.note",
    # why somebody is away: health and family
    "leave.CertificateLook.reason",
    "leave.Leave.kind",
    "leave.Leave.reason",
    "leave.Leave.status_note",
    "leave.Spell.exempted_why",
    "leave.Spell.kind",
    "leave.Swap.reason",
    "open311.ApiKey.contact",
    "outbound.Attempt.note",
    "outbound.Record.data",
    "outbound.Record.status_note",
    "open311.Posting.account",
    "open311.Posting.media_url",
    "promises.Promise.kept_words",
    "promises.Question.contact",
    # what colleagues say of their absence, and what was agreed with them
    "appraisal.Appeal.words",
    "appraisal.Appeal.status_note",
    "appraisal.Incident.words",
    "appraisal.Incident.evidence",
    "appraisal.Incident.statement",
    "appraisal.Incident.status_note",
    "appraisal.Line.fen",
    "appraisal.Line.zh",
    "appraisal.Line.en",
    "appraisal.Sheet.facts",
    "appraisal.Sheet.fen",
    "appraisal.Sheet.uncollected_fen",
    "appraisal.Sheet.proposals",
    "attendance.Correction.words",
    "attendance.Correction.status_note",
    "attendance.Excuse.words",
    "attendance.Excuse.status_note",
    "attendance.Talk.words",
    "attendance.Talk.status_note",
    "attendance.AttendanceFact.reasons",
    # senders answer with the address that they refuse
    "departments.Delivery.last_error",
    "departments.ReportMail.last_error",
    "texts.Attempt.note",
    "texts.Message.status_note",
}
# What a case tells: only for those who may open the cases of the centre.
TELLS = {
    f"{area}.{column}"
    for area, told in {
        "cases": (
            "Case.description", "Case.place", "Case.latitude", "Case.longitude", "Case.status_note",
            "Case.closing_answer", "Task.question", "Task.reply", "Task.latitude", "Task.longitude",
            "Task.status_note", "Waiver.reason", "Waiver.status_note", "Attachment.name", "Attachment.latitude",
            "Attachment.longitude",
        ),
        "citizens": ("CallBack.status_note", "Review.status_note", "Supplement.text"),
        "departments": (
            "Delivery.status_note", "Exemption.reason", "Objection.words", "Objection.appeal_words",
            "Objection.status_note", "CatalogueHint.status_note",
        ),
        "handover": (
            "AskedAgain.text", "AskedAgain.answer", "Handover.note", "Handover.status_note", "HandoverItem.text",
            "HandoverItem.todo", "HandoverItem.reason", "HandoverItem.status_note", "HandoverItem.handling",
            "HandoverItem.result",
        ),
        "insight": ("Report.body", "Report.text"),
        "knowledge": ("Proposal.question", "Proposal.answer", "Proposal.status_note", "Unanswered.text"),
        "open311": ("Posting.answers",),
        "promises": (
            "Promise.what", "Promise.status_note", "Question.content", "Question.answer", "Question.status_note",
        ),
        "quality": (
            "Review.reason", "Review.words", "Review.status_note", "Appeal.words", "Appeal.status_note",
            "Hint.because", "Hint.status_note",
        ),
        "routines": ("Instruction.body", "Instruction.status_note", "InstructionFile.name"),
    }.items()
    for column in told
}  # fmt: skip
# Rows that call themselves by words which only some may read: known by their numbers here.
NAMELESS = {"knowledge.Proposal", "knowledge.Unanswered", "promises.Promise", "promises.Question", "outbound.Record"}
PHONE_IN_TEXT = re.compile(r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8})(?!\d)")
Names = Mapping[tuple[type[models.Model], Any], str]
Column: TypeAlias = "models.Field[Any, Any]"


def columns(model: type[models.Model]) -> list[Column]:
    """The columns worth showing."""
    dull = DULL | ({"key"} if model.__name__ == "Category" else set())
    return [field for field in model._meta.concrete_fields if field.name not in dull]


def name_of(field: Column) -> str:
    """`cases.Case.place`."""
    return f"{field.model._meta.app_label}.{field.model.__name__}.{field.name}"


def label(field: Column) -> str:
    """What the column is called: as on its forms, else in the trail's own words."""
    if name_of(field) in COLUMNS:
        return str(COLUMNS[name_of(field)])
    plain = str(field.verbose_name) == field.name.replace("_", " ")
    return str(COLUMNS[field.name]) if plain and field.name in COLUMNS else gettext(str(field.verbose_name))


def shown(field: Column, value: Any, names: Names, *, tells: bool) -> str:
    """The value in words. `tells`: the reader may know what cases say."""
    if value in (None, "", [], {}):
        return NOTHING
    column = name_of(field)
    if column in SECRET | VEILED or (column in TELLS and not tells):
        return gettext("(not shown)")
    if column in MASKS:
        return MASKS[column](str(value))
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, value), f"#{value}")
    chosen = next((word for choice, word in field.flatchoices if choice == value), None)
    return str(chosen) if chosen is not None else cut(plain(value))


def plain(value: Any) -> str:
    """A value without any table's help."""
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case datetime():
            return f"{clock.local(value):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case Range():
            ends = [plain(end) if end is not None else "…" for end in (value.lower, value.upper)]
            return " – ".join(ends)
        case list() | dict():
            return without_phones(json.dumps(value, ensure_ascii=False, default=str))
    return without_phones(str(value))


def without_phones(text: str) -> str:
    """Telephone numbers inside a text are masked like any other."""
    return PHONE_IN_TEXT.sub(lambda found: customers.mask(customers.digits_of(found[0])), text)


def cut(text: str) -> str:
    """A long text as its beginning."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def title(row: models.Model) -> str:
    """A row that others refer to, in a few words."""
    if getattr(row, "is_system", False):  # it bears the name of its centre
        return gettext("the program")
    if row._meta.label == "customers.Customer":
        return f"{customers.mask_name(str(getattr(row, 'name', '')))} #{row.pk}".strip()
    if row._meta.label in NAMELESS or type(row).__str__ is models.Model.__str__:
        return f"#{row.pk}"
    return cut(without_phones(str(row)))

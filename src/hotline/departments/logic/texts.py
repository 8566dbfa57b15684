"""What is written to departments by mail: a dispatch, the report of a month. Never who called."""

from hotline.kernel.words import gettext_noop as _
from hotline.messages.logic.occasions import MAIL, Occasion, Words

DISPATCH = Occasion(
    code="departments_dispatch",
    label=_("Dispatch to a department"),
    places={
        "number": _("Number of the case"),
        "department": _("Name of the department"),
        "what": _("Sub-class of the case"),
        "place": _("Place"),
        "condition": _("Filing condition"),
        "due": _("When it is due"),
    },
    texts={
        MAIL: Words(
            _("Case {number} was dispatched to you: {what}"),
            _(
                "{department}:\n\nCase {number} was dispatched to you.\nWhat: {what} ({condition})\nPlace: {place}\n"
                "Due: {due}\n\nPlease accept it in your inbox. If it is not yours, object there within the agreed time."
            ),
        )
    },
    needed=frozenset({"number"}),
    is_refusable=False,
    is_limited=False,
)
MONTH = Occasion(
    code="departments_month",
    label=_("Monthly report of a department"),
    places={
        "centre": _("Name of the centre"),
        "department": _("Name of the department"),
        "month": _("Month"),
        "received": _("Number of dispatches"),
        "rate": _("Share handled in time"),
        "made_of": _("Numerator and denominator"),
        "hash": _("Check sum of the stored figures"),
    },
    texts={
        MAIL: Words(
            _("{department}: report of {month}"),
            _(
                "{centre} and {department}: report of {month}.\n\nDispatches received: {received}\n"
                "Handled in time (whole phase): {rate} ({made_of})\n\nAll figures are in the workbook attached, and on "
                "the department's page.\nCheck sum of the stored figures: {hash}"
            ),
        )
    },
    needed=frozenset({"rate", "made_of"}),
    is_refusable=False,
    is_limited=False,
)

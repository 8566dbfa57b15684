"""The mail that takes the month's report to managers and departments."""

from hotline.kernel.words import gettext_noop as _
from hotline.messages.logic.occasions import MAIL, Occasion, Words

VOICE = Occasion(
    code="insight.voice",
    label=_("Voice of the customer, monthly"),
    places={"centre": _("Name of the centre"), "month": _("Month"), "name": _("Receiver"), "text": _("The report")},
    texts={MAIL: Words(_("{centre}: voice of the customer, {month}"), "{text}")},
    needed=frozenset({"text"}),
    is_refusable=False,
    is_limited=False,
)

"""When citizens are written to, and in which words as long as the centre has none of its own."""

from hotline.citizens.services.telling import ENDED_, MERGED, RECEIVED
from hotline.kernel.words import gettext_noop as _
from hotline.messages.logic.occasions import MAIL, SMS, Occasion, Words, enter

CENTRE, NUMBER = _("Name of the centre"), _("Case number")


def enter_all() -> None:
    """Make the occasions known to the area that sends."""
    enter(
        Occasion(
            code=RECEIVED,
            label=_("Report received"),
            places={"centre": CENTRE, "number": NUMBER, "code": _("Tracking code"), "link": _("Address to follow it")},
            texts={
                SMS: Words("", _("{centre}: your report {number} is received, code {code}. Follow it at {link}")),
                MAIL: Words(
                    _("Your report {number}"),
                    _(
                        "Your report was received by {centre}.\n\nNumber: {number}\nCode: {code}\n\n"
                        "Follow it here, or add to it: {link}"
                    ),
                ),
            },
            needed=frozenset({"number", "code"}),
        ),
        Occasion(
            code=ENDED_,
            label=_("Answer to the report"),
            places={"centre": CENTRE, "number": NUMBER, "answer": _("Answer"), "link": _("Address to rate it")},
            texts={
                SMS: Words("", _("{centre}: your report {number} is finished. {answer} Are you content? {link}")),
                MAIL: Words(
                    _("Answer to your report {number}"),
                    _("{centre} has finished your report {number}.\n\n{answer}\n\nTell us how content you are: {link}"),
                ),
            },
            needed=frozenset({"number", "answer"}),
        ),
        Occasion(
            code=MERGED,
            label=_("Report goes on with another"),
            places={"centre": CENTRE, "number": NUMBER, "link": _("Address to follow it")},
            texts={
                SMS: Words(
                    "",
                    _(
                        "{centre}: your report {number} is settled together with others of the same matter. "
                        "You will get the answer. {link}"
                    ),
                ),
                MAIL: Words(
                    _("Your report {number}"),
                    _(
                        "Your report {number} is settled together with others of the same matter. "
                        "You will get the answer from {centre}.\n\n{link}"
                    ),
                ),
            },
            needed=frozenset({"number"}),
        ),
    )

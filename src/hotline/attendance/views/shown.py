"""What the pages of attendance share: which month, how long in words, a finding's reason in the reader's language."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from hotline.attendance.models import AttendanceFact
from hotline.core.templatetags.formats import chinese
from hotline.rulebook.attendance import spell

TRACES = {
    "login": gettext_noop("Signed in"),
    "ready": gettext_noop("Ready, or at the telephone"),
    "unlock": gettext_noop("Seat unlocked"),
    "logout": gettext_noop("Signed out"),
    "action": gettext_noop("An action on a case"),
}
NOTHING: dict[str, Any] = {"until": None, "case": "", "over": ""}


def reasons(fact: AttendanceFact) -> list[dict[str, Any]]:
    """Why a shift is what it is, each sentence with its clause."""
    tongue = "zh" if chinese() else "en"
    return [{"clause": one["clause"], "words": one[tongue]} for one in fact.reasons]


def row(fact: AttendanceFact) -> dict[str, Any]:
    """A finding as a line of a list."""
    return {
        "fact": fact,
        "late": spell(fact.late_s) if fact.late_s else "",
        "early": spell(fact.early_s) if fact.early_s else "",
        "why": reasons(fact),
        "since": fact.span.lower,
        "until": fact.span.upper,
        "slow": len(fact.over_limit),
    }


def moments(fact: AttendanceFact) -> list[dict[str, Any]]:
    """Everything the records hold of a shift, in order of time: what it was judged by."""
    found: list[dict[str, Any]] = [
        {**NOTHING, "at": _when(one["at"]), "what": gettext(TRACES.get(one["kind"], one["kind"])), "icon": "key"}
        for one in fact.facts.get("traces", ())
    ]
    over = {one["case"]: one["seconds"] for one in fact.over_limit}
    for one in fact.facts.get("holds", ()):
        seconds = over.get(one["case"], 0)
        found.append(
            {
                "at": _when(one["received"]),
                "until": _when(one["released"]) if one["released"] else None,
                "what": gettext("Case in hand"),
                "case": one["case"],
                "over": spell(seconds) if seconds else "",
                "icon": "file-description",
            }
        )
    for name, what, icon in (
        ("excuses", gettext("Excused"), "circle-check"),
        ("leave", gettext("On leave"), "calendar-user"),
    ):
        found += [
            {**NOTHING, "at": _when(one["from"]), "until": _when(one["to"]), "what": what, "icon": icon}
            for one in fact.facts.get(name, ())
        ]
    return sorted(found, key=lambda one: (one["at"], one["what"]))


def _when(text: str) -> datetime:
    return datetime.fromisoformat(text)

"""What several pages of campaigns show in the same way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.logic.tables import Bad, Fault
from hotline.core.access import NotAllowed, may
from hotline.core.pages import Request, words
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused
from hotline.outbound.logic.hours import CLOSED_NOTES, Closed
from hotline.outbound.models import Campaign
from hotline.outbound.queries import work
from hotline.outbound.services.lists import Faulty

MOST_FAULTS = 200


def campaign_of(request: Request, pk: int) -> Campaign:
    """A campaign that the person may see; any other does not exist for him."""
    rows = Campaign.objects.visible_to(request.user).select_related("centre", "owner", "status_by")
    return get_object_or_404(rows, pk=pk)


def run_by(request: Request, pk: int) -> Campaign:
    """A campaign that the person runs; one that he only sees is refused."""
    campaign = campaign_of(request, pk)
    if not may(request.user, "outbound.run_campaign", campaign):
        raise NotAllowed(f"{request.user} does not run {campaign}")
    return campaign


def tabs(request: Request, campaign: Campaign, active: str) -> list[Tab]:
    """The views of a campaign."""
    names = [("campaign", gettext("Progress"))]
    if may(request.user, "outbound.view_list"):
        names.append(("people", gettext("People on the lists")))
    if may(request.user, "outbound.run_campaign", campaign):
        names += [
            ("take_in", gettext("Lists")),
            ("script", gettext("Script and form")),
            ("endings", gettext("Ways calls end")),
            ("crew", gettext("Who works in it")),
            ("edit", gettext("Settings")),
        ]
    return [Tab(label, reverse(f"outbound:{name}", args=[campaign.pk]), name == active) for name, label in names]


def closed_note(campaign: Campaign, why: Closed | None, request: Request) -> str:
    """Why nobody may be called now, in words; nothing when it is allowed."""
    if why is None:
        return ""
    return gettext(CLOSED_NOTES[why]).format(**work.closed_words(campaign, request.at))


def tell(request: Request, error: Refused) -> None:
    """Say each refusal on the next page."""
    for refusal in error.refusals:
        messages.error(request, f"{words(refusal)} ({refusal.clause})")


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A bad row of a list as a page names it."""

    line: int
    column: str
    reason: str


def fault_lines(faults: Sequence[Fault]) -> list[FaultLine]:
    """The bad rows in the reader's language, as many as a page can hold."""
    return [
        FaultLine(fault.line, fault.column, gettext(fault.reason).format(**fault.params))
        for fault in faults[:MOST_FAULTS]
    ]


def faulty(error: Faulty) -> dict[str, Any]:
    """What a page says about a list of which rows make no sense."""
    lines = fault_lines(error.faults)
    return {
        "faults": lines,
        "fault_count": len(error.faults),
        "row_count": error.rows,
        "is_cut": len(error.faults) > len(lines),
    }


def bad_words(bad: Bad) -> str:
    """Why a file is no such table at all."""
    return gettext(bad.reason).format(**bad.params)


def back_to(name: str, *arguments: object) -> HttpResponse:
    """Go on at a page."""
    return redirect(reverse(f"outbound:{name}", args=arguments))

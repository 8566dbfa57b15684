"""Reads for the public pages: whether a centre takes reports, its settings, a report behind a number and a code."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from hotline.cases.logic.flow import Status
from hotline.cases.models import Case, Category, District
from hotline.citizens.logic import codes, public
from hotline.citizens.logic.terms import Limit
from hotline.citizens.models import Hits, PublicIntake, Stashed, Tracking
from hotline.people.models import Centre, Person
from hotline.people.queries import system_person

WEB = "web"  # the program that acts for citizens


def open_centres() -> list[Centre]:
    """Centres that take reports from the public page."""
    return list(Centre.objects.filter(public_intake__is_open=True).order_by("code"))


def intake_of(centre: Centre) -> PublicIntake | None:
    """The settings of a centre's public page; None when nobody has made any."""
    return PublicIntake.objects.filter(centre=centre).first()


def web_person(centre: Centre) -> Person:
    """The program that acts for citizens in a centre; made when the public page is first set up."""
    return system_person(centre, WEB)


def categories(centre: Centre) -> QuerySet[Category]:
    """What can be reported, by its everyday name."""
    return Category.objects.filter(centre=centre).order_by("big_code", "small_code")


def outlines(centre: Centre) -> dict[str, Any]:
    """The districts as the ground of a map."""
    rows = District.objects.filter(centre=centre, is_active=True)
    features = [{"type": "Feature", "geometry": row.outline, "properties": {"name": row.name}} for row in rows]
    return {"type": "FeatureCollection", "features": features}


def stashed(form: str) -> list[Stashed]:
    """Photos that wait for a form."""
    return list(Stashed.objects.filter(form=form).order_by("pk"))


def keyed(purpose: str, value: str) -> str:
    """A sum under which something is counted; it tells nobody what."""
    told = f"{purpose}:{value}".encode()
    return hmac.new(f"{settings.SECRET_KEY}.hits".encode(), told, hashlib.sha256).hexdigest()


def is_full(key: str, limits: tuple[Limit, ...], at: datetime) -> bool:
    """Whether any limit is reached for this key in its present window."""
    for limit in limits:
        began = window_start(at, limit)
        row = Hits.objects.filter(key=key, window=limit.window, began_at=began).first()
        if row is not None and row.count >= limit.most:
            return True
    return False


def window_start(at: datetime, limit: Limit) -> datetime:
    """When the window began that holds this moment."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + (at - day) // limit.window * limit.window


def case_behind(centre: Centre, number: str, code: str) -> Case | None:
    """The report that belongs to a number and a code; None for a wrong one of either."""
    wanted = codes.known_by(codes.tidy(code), settings.SECRET_KEY)
    row = Tracking.objects.filter(case__centre=centre, case__number=codes.tidy_number(number)).first()
    known = row.known_by if row else ""
    return row.case if row is not None and hmac.compare_digest(known, wanted) else None


# ---------------------------------------------------------------- what is told in public


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three public states, and when it was reached."""

    label: str
    at: datetime | None
    is_now: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What the public page tells of a report: nothing personal, nothing internal."""

    number: str
    state: public.Public
    words: str
    answer: str
    steps: tuple[Step, ...]
    is_merged: bool
    round: int
    ended_at: datetime | None

    @property
    def is_ended(self) -> bool:
        """Whether nothing can be added any more."""
        return self.state is public.Public.ENDED


def root_of(case: Case) -> Case:
    """The case in which this one goes on, or itself."""
    return case.merged_into or case


def seen(case: Case) -> Seen:
    """The public side of a report; a merged one follows the case it went into."""
    root = root_of(case)
    state = public.state_of(root.code)
    handled = root.filed_at or root.dispatched_at
    reached = {
        public.Public.RECEIVED: case.arrived_at,
        public.Public.HANDLING: handled,
        public.Public.ENDED: root.ended_at,
    }
    return Seen(
        number=case.number,
        state=state,
        words=public.words_for(root.code),
        answer=root.closing_answer if root.code is Status.CLOSED and not case.is_secret else "",
        steps=tuple(Step(public.LABELS[one], reached[one], one is state) for one in public.Public),
        is_merged=case.merged_into_id is not None,
        round=root.reopen_count,
        ended_at=root.ended_at,
    )


def rating_token(case_id: int, round_: int) -> str:
    """What a link in an SMS carries: nobody can make one for another report."""
    return f"{case_id}-{round_}-{keyed('rating', f'{case_id}:{round_}')[:20]}"


def case_of_token(token: str) -> tuple[Case, int] | None:
    """The report and the round that a link stands for."""
    parts = token.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 16 for part in parts[:2]):
        return None
    case_id, round_ = int(parts[0]), int(parts[1])
    if not hmac.compare_digest(rating_token(case_id, round_).encode(), token.encode()):
        return None
    case = Case.objects.select_related("merged_into", "centre").filter(pk=case_id).first()
    return (case, round_) if case else None

"""What takes the worker seconds to minutes: a month is solved, until it is told to stop; a wish is priced."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from structlog import get_logger

from hotline.core.events import handles
from hotline.people.queries import system_person
from hotline.rosters.events import PriceAsked, SolveAsked
from hotline.rosters.logic import check
from hotline.rosters.logic.problem import Place, Problem, Roster, Wish
from hotline.rosters.logic.rules.book import RULES
from hotline.rosters.models import Outcome, PriceOutcome, SolveRun, WishPrice
from hotline.rosters.queries import planning, prices
from hotline.rosters.services import pricing, solving
from hotline.rosters.services.pricing import Answer
from hotline.rosters.services.solving import Result

log = get_logger()
EVERY = 1.0  # seconds between two looks at whether to stop, and between two words of how far it is
EXPLAINING = 20.0  # seconds for why there is no roster
PRICING = 3.0  # seconds for what one wish would cost
MOST_PRICES = 5


@handles(SolveAsked)
def solve_asked(event: SolveAsked, *, at: datetime) -> None:
    """Solve; run twice, the second finds that the first has ended, or goes on where a killed worker left off."""
    run = SolveRun.objects.select_related("plan__centre").get(pk=event.run_id)
    by = system_person(run.plan.centre)
    begun = solving.begin_run(run_id=run.pk, by=by, at=at)
    if begun is None:
        return
    run_now = _Run(begun, at)
    try:
        result = run_now.result()
    except Exception:  # whatever breaks, the month must not stay locked
        log.exception("rosters.solver_broke", run=run.pk)
        result = Result(Outcome.FAILED)
    solving.keep_result(run_id=run.pk, result=result, by=by, at=run_now.now())


class _Run:
    """One run: the problem, and how it tells of itself."""

    def __init__(self, run: SolveRun, at: datetime) -> None:
        self.run, self._at, self._began = run, at, time.monotonic()
        self.by = system_person(run.plan.centre)
        self.found = planning.facts(run.plan)
        self.problem = self.found.to_solve()
        self._looked = self._told = time.monotonic()
        self._stop = False

    def now(self) -> datetime:
        """The moment at which the run began, and what has gone by since."""
        return self._at + timedelta(seconds=time.monotonic() - self._began)

    def result(self) -> Result:
        """What the solver comes to."""
        from hotline.rosters.logic.solver import Status, solve  # noqa: PLC0415 OR-Tools takes seconds to load

        answer = solve(
            self.problem,
            seconds=float(self.run.seconds),
            start=self._start(),
            better=self._better,
            stop=self._is_stopped,
        )
        millis = round(answer.seconds * 1000)
        if answer.roster is None:
            impossible = answer.status is Status.IMPOSSIBLE
            outcome = Outcome.INFEASIBLE if impossible else Outcome.NOTHING
            told = [] if self._stop else self._why()
            return Result(Outcome.INFEASIBLE if told else outcome, millis=millis, told=told)
        outcome = Outcome.OPTIMAL if answer.status is Status.OPTIMAL else Outcome.FEASIBLE
        prices = [] if self._stop else self._prices(answer.roster)
        return Result(outcome, answer.roster, answer.cost, answer.bound, millis, prices=prices)

    def _start(self) -> Roster:
        """What the draft holds already, if it keeps the rules the search begins there."""
        return {place: key for place, key in self.found.roster.items() if place[0] in self.problem.person}

    def _better(self, _roster: Mapping[Place, str], cost: int) -> None:
        now = time.monotonic()
        if now - self._told >= EVERY:
            self._told = now
            solving.tell_progress(run_id=self.run.pk, objective=cost, by=self.by, at=self.now())

    def _is_stopped(self) -> bool:
        now = time.monotonic()
        if not self._stop and now - self._looked >= EVERY:
            self._looked = now
            self._stop = SolveRun.objects.filter(pk=self.run.pk, stop_asked=True).exists()
        return self._stop

    def _why(self) -> list[dict[str, Any]]:
        from hotline.rosters.logic.explain import why_impossible  # noqa: PLC0415 OR-Tools takes seconds to load

        reason = why_impossible(self.problem, seconds=EXPLAINING)
        if reason is None:
            return []
        return [
            {
                "clause": clash.clause,
                "name": clash.name,
                "people": [int(one) for one in clash.people],
                "days": [f"{self.problem.date_of(day)}" for day in clash.days],
            }
            for clash in reason.clashes
        ]

    def _prices(self, roster: Mapping[Place, str]) -> list[dict[str, Any]]:
        """What the wishes that matter most would cost, of those that are not met."""
        return [
            {
                "person": int(wish.person),
                "day": f"{self.problem.date_of(wish.day)}",
                **_price(self.problem, roster, wish),
            }
            for wish in unmet(self.problem, roster)[:MOST_PRICES]
        ]


@handles(PriceAsked)
def price_asked(event: PriceAsked, *, at: datetime) -> None:
    """Find out what a wish costs; run twice, the second finds that the first has ended, or begins anew."""
    row = WishPrice.objects.select_related("plan__centre").get(pk=event.price_id)
    by, began = system_person(row.plan.centre), time.monotonic()
    begun = pricing.begin_price(price_id=row.pk, by=by, at=at)
    if begun is None:
        return

    def now() -> datetime:
        return at + timedelta(seconds=time.monotonic() - began)

    told = [began]

    def tell(cost: int) -> None:
        if time.monotonic() - told[0] >= EVERY:
            told[0] = time.monotonic()
            pricing.tell_price(price_id=row.pk, cost=cost, by=by, at=now())

    try:
        answer = _answer(begun, tell)
    except Exception:  # whatever breaks, the planner must not wait for ever
        log.exception("rosters.pricing_broke", price=row.pk)
        answer = Answer(PriceOutcome.FAILED)
    pricing.keep_price(price_id=row.pk, answer=answer, by=by, at=now())


def _answer(row: WishPrice, tell: Callable[[int], None]) -> Answer:
    from hotline.rosters.logic.explain import price_of  # noqa: PLC0415 OR-Tools takes seconds to load

    found = planning.facts(row.plan)
    problem, number = found.to_solve(), (row.day - row.plan.first).days
    wish = next((one for one in problem.wishes if (one.person, one.day) == (row.person_id, number)), None)
    before = {place: key for place, key in found.roster.items() if place[0] in problem.person}
    if not check.is_lawful(problem, before):  # a hand may have planned less than the least of hours
        problem = replace(problem, people=found.desk.people)
    if wish is None or not check.is_lawful(problem, before):
        return Answer(PriceOutcome.NOT_FOUND if wish is None else PriceOutcome.UNLAWFUL)
    price = price_of(problem, before, wish, seconds=float(row.seconds), told=tell)
    if price.cost is None or price.roster is None:
        return Answer(PriceOutcome.IMPOSSIBLE if price.is_exact else PriceOutcome.NOT_FOUND)
    was, is_now = (costs_by_rule(problem, roster) for roster in (before, price.roster))
    rules = [{"rule": rule, "cost": is_now[rule] - was[rule]} for rule in RULES if is_now[rule] != was[rule]]
    changes = prices.changes_of(found, before, price.roster)
    return Answer(PriceOutcome.PRICED, price.cost, price.is_exact, rules, changes)


def costs_by_rule(problem: Problem, roster: Roster) -> Counter[str]:
    """What each soft rule costs in a roster."""
    sums: Counter[str] = Counter()
    for one in check.violations(problem, roster):
        sums[one.rule] += one.cost
    return sums


def unmet(problem: Problem, roster: Roster) -> list[Wish]:
    """Wishes that a roster does not meet, those that matter most first."""
    missed = [wish for wish in problem.wishes if not wish.is_met(roster.get((wish.person, wish.day)))]
    return sorted(missed, key=lambda wish: (-wish.weight, wish.day, str(wish.person)))


def _price(problem: Problem, roster: Mapping[Place, str], wish: Wish) -> dict[str, Any]:
    from hotline.rosters.logic.explain import price_of  # noqa: PLC0415 OR-Tools takes seconds to load

    price = price_of(problem, roster, wish, seconds=PRICING)
    return {"cost": price.cost, "exact": price.is_exact}

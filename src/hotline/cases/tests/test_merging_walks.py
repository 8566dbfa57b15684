"""Any sequence of merging and undoing, by anybody, and twenty people merging crosswise at once."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.cases.models import Case, CaseEvent, Holding
from hotline.cases.queries import rebuild
from hotline.cases.services import closing, desk, merging
from hotline.cases.tests import builders as b
from hotline.cases.tests.test_claims import at_once
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused

WHO = ("operator", "second", "leader", "dispatcher")
COUNT = 4


def away(case):
    """The time a case lay merged, from its events alone."""
    total, since = timedelta(), None
    for event in CaseEvent.objects.filter(case=case, action__in=("merge", "part")).order_by("seq"):
        if event.action == "part":
            total, since = total + (event.at - since), None
        elif since is None:
            since = event.at
    return total


def whole(cases, now):
    """Sums are exact, one open holder at most, no chain, and the events tell the same as the tables."""
    assert rebuild.differences([case.pk for case in cases]) == []
    for case in Case.objects.filter(pk__in=[one.pk for one in cases]):
        rows = list(Holding.objects.filter(case=case))
        assert sum(row.span.upper is None for row in rows) == (0 if case.ended_at else 1)
        held = sum(((row.span.upper or now) - row.span.lower for row in rows), timedelta())
        assert held == (case.ended_at or now) - case.arrived_at - away(case)
        if case.merged_into is not None:
            assert case.status == "merged"
            assert case.merged_into.merged_into_id is None


def act(what, cases, one, other, who, at):
    case, into = b.fresh(cases[one]), b.fresh(cases[other])
    same = {"case_id": case.pk, "version": case.version, "by": who, "at": at}
    if what == "merge":
        merging.merge(**same, into_id=into.pk, into_version=into.version, reason="同一事项")
    elif what == "part":
        merging.part(**same, reason="不是一回事")
    elif what == "note":
        desk.add_note(**same, text="来电催办")
    elif what == "release":
        desk.release(**same, reason="下班")
    else:
        closing.cancel(**same, reason="误报")


steps = st.lists(
    st.tuples(
        st.sampled_from(["merge", "merge", "merge", "part", "part", "note", "release", "cancel"]),
        st.integers(0, COUNT - 1),
        st.integers(0, COUNT - 1),
        st.sampled_from(WHO),
        st.integers(0, 900),
    ),
    min_size=4,
    max_size=16,
)


@pytest.mark.django_db
@pytest.mark.clause("A3.1")
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(walk=steps)
def test_any_sequence_keeps_custody_whole(walk):
    town = b.town()
    cases = [b.report(town) for _one in range(COUNT - 1)]
    cases.append(b.Walk(town, b.report(town)).dispatched().case)
    at = b.NINE + b.HOUR
    for what, one, other, name, seconds in walk:
        at += timedelta(seconds=seconds)
        versions = dict(Case.objects.values_list("pk", "version"))
        try:
            act(what, cases, one, other, getattr(town, name), at)
        except (Refused, NotAllowed):
            assert dict(Case.objects.values_list("pk", "version")) == versions  # a no changes nothing
    whole(cases, at + b.HOUR)


@pytest.mark.django_db(transaction=True)
def test_twenty_merging_crosswise_never_block_and_never_make_a_loop():
    town = b.town()
    cases = [b.report(town) for _one in range(5)]
    pairs = [(one, other) for one in range(5) for other in range(5) if one != other]
    assert len(pairs) == 20

    def cross(one, other):
        for _try in range(8):
            try:
                act("merge", cases, one, other, town.leader, b.NINE + b.HOUR)
            except Refused as told:
                if told.refusals[0].clause != "cases.version":
                    return told.refusals[0].clause
            else:
                return "merged"
        return "tired"

    results = Counter(at_once([lambda pair=pair: cross(*pair) for pair in pairs]))
    assert results["merged"] >= 1
    assert Case.objects.filter(merged_into__isnull=True).count() >= 1  # one at least is left to answer everybody
    whole(cases, b.NINE + 2 * b.HOUR)

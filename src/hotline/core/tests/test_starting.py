"""The register of triggers knows what pgtrigger's own would know, and still refuses what it refuses."""

import gc

import pgtrigger
import pytest
from pgtrigger import registry

from hotline.core import starting
from hotline.core.models import Outbox


def one_more(name: str) -> pgtrigger.Trigger:
    """A trigger that is never installed."""
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=pgtrigger.Insert, func="RETURN NEW;")


@pytest.fixture
def known():
    """The register in use, left as it was."""
    found = registry._registry
    assert isinstance(found, starting.Names)
    before = dict(found)
    yield found
    for uri in set(found) - set(before):
        del found[uri]


def test_its_names_are_those_that_the_library_would_draw_anew(known):
    assert len(known) > 100
    assert set(known.pg_function_names) == {trigger.get_pgid(model) for model, trigger in known.values()}
    assert known.by_db_table == {(model._meta.db_table, trigger.name): trigger for model, trigger in known.values()}


def test_a_name_is_used_once_and_free_again_afterwards(known):
    uri = "core.Outbox:never_installed"
    known[uri] = (Outbox, one_more("never_installed"))
    with pytest.raises(KeyError, match="already"):
        known[uri] = (Outbox, one_more("never_installed"))
    del known[uri]
    assert "pgtrigger_never_installed" not in "".join(known.pg_function_names)
    known[uri] = (Outbox, one_more("never_installed"))


def test_the_interpreter_looks_for_garbage_once_everything_is_loaded():
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000

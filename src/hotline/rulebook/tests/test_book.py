"""Every rule of the book names its clause, and can be asked from its first day."""

import pkgutil
from datetime import timedelta
from importlib import import_module

import pytest
from tests.clauses import titles

import hotline.rulebook
from hotline.kernel.rules import BOOK, Dated, Rule
from hotline.rulebook.computed import ALSO, Report, load, report

load()
FOUND = pkgutil.walk_packages(hotline.rulebook.__path__, "hotline.rulebook.")
CHAPTERS = [one.name.removeprefix("hotline.rulebook.") for one in FOUND if not one.ispkg and ".tests." not in one.name]
RULES = [entry for name, entry in sorted(BOOK.items()) if name.startswith("hotline.rulebook.")]


def test_there_is_a_book():
    assert {"case_custody", "shifts"} <= set(CHAPTERS)
    assert len(RULES) >= 8


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.name)
def test_a_rule_says_which_clause_it_is(entry: Rule[..., object]):
    assert entry.doc.startswith(f"{entry.clause}: "), entry.name


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.name)
def test_a_rule_answers_from_its_first_day_and_not_before(entry: Rule[..., object]):
    assert callable(entry.on(entry.first_day))
    with pytest.raises(LookupError):
        entry.on(entry.first_day - timedelta(days=1))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_dated_terms_are_in_force_from_the_first_day_of_the_book(chapter):
    module = import_module(f"hotline.rulebook.{chapter}")
    first = min(entry.first_day for entry in RULES)
    for terms in (value for value in vars(module).values() if isinstance(value, Dated)):
        assert terms.first_day <= first


def test_no_computed_clause_lacks_a_rule_and_no_rule_a_clause():
    """The report of clauses without a rule and rules without a clause is empty."""
    assert set(ALSO.values()) <= set(BOOK)
    assert report(titles()) == Report((), ())


def test_the_report_names_what_does_not_fit():
    listed = set(titles()) - {"D3.8"}
    found = report(listed)
    assert found.without_rule == ("D3.8",)
    assert "hotline.rulebook.accuracy.accuracy" in found.without_clause

"""The short way of migrating leaves every project state as Django's long way does."""

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState


def state_of(*names: str) -> ProjectState:
    found = ProjectState()
    for name in names:
        found.add_model(ModelState("zoo", name, [("id", models.BigAutoField(primary_key=True))]))
    return found


def test_a_copy_and_its_original_do_not_change_each_other():
    old = state_of("Lion", "Zebra")
    new = old.clone()
    new.add_field("zoo", "lion", "mane", models.TextField(), preserve_default=True)
    old.add_field("zoo", "zebra", "stripes", models.IntegerField(), preserve_default=True)
    again = new.clone()
    again.remove_field("zoo", "lion", "mane")
    assert [list(one.models["zoo", "lion"].fields) for one in (old, new, again)] == [["id"], ["id", "mane"], ["id"]]
    assert "stripes" not in new.models["zoo", "zebra"].fields
    assert "stripes" in old.models["zoo", "zebra"].fields


def test_whoever_looks_at_all_models_may_change_any():
    old = state_of("Lion", "Zebra")
    new = old.clone()
    for state in new.models.values():
        state.fields["age"] = models.IntegerField()
    for _key, state in new.models.items():  # noqa: PERF102 this way is tried too
        state.options["verbose_name"] = "animal"
    assert [list(state.fields) for state in old.models.values()] == [["id"], ["id"]]
    assert all("verbose_name" not in state.options for state in old.models.values())


def test_a_removed_model_is_gone_from_the_copy_alone():
    old = state_of("Lion", "Zebra")
    new = old.clone()
    new.remove_model("zoo", "lion")
    assert ("zoo", "lion") in old.models
    assert list(new.models) == [("zoo", "zebra")]
    with pytest.raises(KeyError):
        new.models["zoo", "lion"]


def test_a_model_is_drawn_anew_for_its_columns_and_not_for_its_constraints():
    state = state_of("Lion")
    _drawn = state.apps
    state.add_field("zoo", "lion", "age", models.IntegerField(), preserve_default=True)
    lion = state.apps.get_model("zoo", "lion")
    state.add_constraint("zoo", "lion", models.CheckConstraint(condition=models.Q(age__gte=0), name="zoo_lion_age"))
    assert state.apps.get_model("zoo", "lion") is lion
    assert state.is_delayed, "a data migration draws everything anew"
    state.alter_field("zoo", "lion", "age", models.BigIntegerField(), preserve_default=True)
    assert isinstance(state.apps.get_model("zoo", "lion")._meta.get_field("age"), models.BigIntegerField)

"""Migrations in a fraction of the time: a step draws and copies only the model that it changes.

Django draws a changed model anew together with everything reachable from it by relations; with a person at the end of
nearly every relation that is nearly every table, a thousand times over. A schema step needs the model itself, and not
even that for what is no part of the table's columns: constraints, indexes and triggers are said by the step. The next
migration finds them drawn. A data migration asks for everything to be drawn anew before it runs, as Django does after
its own delayed reloads.

Before each step Django copies every model's state, to know it as it was. Here old and new share what neither has
touched.
"""

from collections import defaultdict
from collections.abc import ItemsView, ValuesView
from typing import Any

from django.db.migrations.migration import Migration
from django.db.migrations.state import AppConfigStub, ModelState, ProjectState, StateApps

Key = tuple[str, str]
# What a table's columns do not depend on, and what no step reads from a drawn model of its own migration.
SAID_BY_STEPS = frozenset({"constraints", "indexes", "triggers"})


class Shared(dict[Key, ModelState]):
    """Models' states of which some belong to another project state too; whoever is asked for becomes one's own."""

    def __init__(self, found: dict[Key, ModelState]) -> None:
        super().__init__(found)
        self.others = set(found)

    def __getitem__(self, key: Key) -> ModelState:
        if key in self.others:
            self[key] = super().__getitem__(key).clone()
        return super().__getitem__(key)

    def __setitem__(self, key: Key, state: ModelState) -> None:
        self.others.discard(key)
        super().__setitem__(key, state)

    def _own(self) -> None:
        for key in [key for key in self.others if key in self]:
            self[key]

    def values(self) -> ValuesView[ModelState]:  # type: ignore[override]
        """Whoever looks at all may change any."""
        self._own()
        return super().values()

    def items(self) -> ItemsView[Key, ModelState]:  # type: ignore[override]
        """Whoever looks at all may change any."""
        self._own()
        return super().items()


def _clone(self: ProjectState) -> ProjectState:
    """A copy that shares what neither touches."""
    copy = ProjectState(models=Shared(self.models), real_apps=self.real_apps)
    self.models = Shared(self.models)
    if "apps" in self.__dict__:
        copy.apps = self.apps.clone()
    copy.is_delayed = self.is_delayed
    copy.__dict__["undrawn"] = set(self.__dict__.get("undrawn", ()))
    return copy


def _clone_apps(self: StateApps) -> StateApps:
    """The same models in another registry."""
    copy = StateApps([], {})
    copy.all_models = defaultdict(dict, {label: dict(models) for label, models in self.all_models.items()})
    for label in self.app_configs:
        config = AppConfigStub(label)
        config.apps = copy
        config.import_models()
        copy.app_configs[label] = config
    copy.real_models = self.real_models
    return copy


def _columns(state: ModelState) -> dict[str, Any]:
    """What a drawn model must agree with its state in."""
    options = {key: value for key, value in state.options.items() if key not in SAID_BY_STEPS}
    return {"fields": dict(state.fields), "options": options, "bases": state.bases, "managers": list(state.managers)}


def _alone(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:  # noqa: ARG001 as Django calls it
    """Draw one model anew; the rest when a data migration asks for it."""
    if "apps" not in self.__dict__:
        return
    self.is_delayed = True
    key = (app_label, model_name)
    drawn = self.apps.all_models[app_label].get(model_name)
    if drawn is not None and drawn.__dict__.get("drawn_from") == _columns(self.models[key]):
        self.__dict__.setdefault("undrawn", set()).add(key)
    else:
        _draw(self, key)


def _draw(state: ProjectState, key: Key) -> None:
    state._reload({key})  # type: ignore[attr-defined]
    state.__dict__.setdefault("undrawn", set()).discard(key)
    model: Any = state.apps.all_models[key[0]].get(key[1])
    if model is not None:
        model.drawn_from = _columns(state.models[key])


def _apply(self: Migration, project_state: ProjectState, *words: Any, **more: Any) -> ProjectState:
    """A migration finds drawn what earlier ones have said of constraints, indexes and triggers."""
    for key in project_state.__dict__.pop("undrawn", ()):
        if "apps" in project_state.__dict__ and key in project_state.models:
            _draw(project_state, key)
    return _APPLY(self, project_state, *words, **more)


_APPLY = Migration.apply


def quicken() -> None:
    """Let every migration of this process take the short way."""
    ProjectState.reload_model = _alone  # type: ignore[method-assign]
    ProjectState.clone = _clone  # type: ignore[method-assign]
    StateApps.clone = _clone_apps  # type: ignore[method-assign]
    Migration.apply = _apply  # type: ignore[method-assign]

"""The plumbing as a Django application."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import AppConfig, apps

from hotline.core import starting


class CoreConfig(AppConfig):
    """Tables and wiring of the plumbing."""

    name = "hotline.core"
    label = "core"

    def __init__(self, app_name: str, app_module: ModuleType) -> None:
        super().__init__(app_name, app_module)
        starting.begin()  # the first application that is named: no model is loaded yet

    def ready(self) -> None:
        """Let every area enter its permissions, jobs and handlers: they are known before anybody asks.

        procrastinate takes the jobs over when its own turn to be ready comes, which is after this one.
        """
        for config in apps.get_app_configs():
            room = f"{config.name}.access"
            if config.name.startswith("hotline.") and config.name != self.name and find_spec(room):
                import_module(room)
        import_module("hotline.core.jobs").collect()
        import_module("hotline.core.migrating").quicken()
        starting.end()

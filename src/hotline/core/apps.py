"""The plumbing as a Django application."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Tables and wiring of the plumbing. Jobs and handlers are collected when procrastinate is ready (settings)."""

    name = "hotline.core"
    label = "core"

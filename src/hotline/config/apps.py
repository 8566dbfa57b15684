"""The configuration as a Django application: only its commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Commands that need to see everything."""

    name = "hotline.config"
    label = "config"

"""Customers as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Who calls us: customers, their numbers, secrecy, and the log of every reveal."""

    name = "hotline.customers"
    label = "customers"
    verbose_name = _("Customers")

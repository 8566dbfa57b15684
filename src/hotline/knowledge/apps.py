"""Knowledge as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """What the centre knows: articles, their versions, their search, and what was asked in vain."""

    name = "hotline.knowledge"
    label = "knowledge"
    verbose_name = _("Knowledge")

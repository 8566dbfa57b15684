"""Addresses of cases."""

from django.urls import URLPattern

app_name = "cases"

# the operator's desk, the case page, lists
PART_A: list[URLPattern] = []

# the leader's board, tasks, the department's inbox, the standard, imports, indicators
PART_B: list[URLPattern] = []

urlpatterns = [*PART_A, *PART_B]

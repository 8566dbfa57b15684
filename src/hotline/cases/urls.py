"""Addresses of cases."""

from django.urls import URLPattern, path

from hotline.cases.views import drafts, files

app_name = "cases"

# the operator's desk, the case page, lists
PART_A: list[URLPattern] = []

# the leader's board, tasks, the department's inbox, the standard, imports, indicators
PART_B: list[URLPattern] = []

# files, drafts, the standard, imports
PART_C: list[URLPattern] = [
    path("files/<uuid:key>", files.file, name="file"),
    path("files/<uuid:key>/preview", files.preview, name="preview"),
    path("drafts/<str:key>", drafts.draft, name="draft"),
]

urlpatterns = [*PART_A, *PART_B, *PART_C]

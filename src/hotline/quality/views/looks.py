"""How the states of a review look."""

from django.utils.translation import gettext_lazy as _

from hotline.core.templatetags.pieces import Look

LOOKS = {
    "waiting": Look(_("To review"), "neutral", "clock"),
    "correct": Look(_("Correct"), "green", "circle-check"),
    "wrong": Look(_("Wrong"), "red", "circle-x"),
    "appealed": Look(_("Appealed"), "amber", "gavel"),
    "upheld": Look(_("Wrong, upheld"), "red", "circle-x"),
    "overturned": Look(_("Overturned: correct"), "green", "circle-check"),
}

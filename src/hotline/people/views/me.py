"""My own page: data, sessions, security, work log, and everything about me as a file."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hotline.core.pages import SIGNED_IN, Request, view
from hotline.people import forms, queries, signin
from hotline.people.services import accounts, seats
from hotline.people.signin import recently_authenticated


@view(SIGNED_IN, methods=["GET"])
def me(request: Request) -> HttpResponse:
    """What the centre knows about me, and what I can set."""
    person = request.user
    context = {
        "person": person,
        "posts": queries.posts_of(person),
        "skills": queries.skills_of(person),
        "sessions": queries.sessions_of(person, limit=10),
        "worklog": queries.worklog_of(person, limit=20),
        "has_mfa": signin.has_mfa(person),
        "mfa_required": signin.mfa_required(person),
        "undertaking": queries.current_undertaking(person.centre_id),
        "signed": queries.has_signed(person),
    }
    return render(request, "people/me.html", context)


@view(SIGNED_IN)
@recently_authenticated
def password(request: Request) -> HttpResponse:
    """Choose another password; this seat stays signed in."""
    form = forms.PasswordForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        person, old_key = request.user, str(request.session.session_key)
        changed = accounts.change_password(
            person=person, password=form.cleaned_data["password"], by=person, at=request.at
        )
        update_session_auth_hash(request, changed)
        seats.rekey(person=person, old_key=old_key, new_key=str(request.session.session_key), by=person, at=request.at)
        messages.success(request, _("Your password is changed."))
        return redirect("people:me")
    return render(request, "people/password.html", {"form": form})


@view(SIGNED_IN, methods=["GET"])
def data(request: Request) -> HttpResponse:
    """Everything kept about me in people, as JSON."""
    response = JsonResponse(
        queries.everything_about(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{request.user.username}.json"'
    return response

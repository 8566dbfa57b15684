"""Addresses of people."""

from django.urls import URLPattern, path

from hotline.people.views import accounts, entry, me, organisation, records

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("invitation/<str:token>/", entry.invitation, name="invitation"),
    path("seat/lock/", entry.lock, name="lock"),
    path("seat/unlock/", entry.unlock, name="unlock"),
    path("seat/presence/", entry.presence, name="presence"),
    path("language/", entry.language, name="language"),
    path("theme/", entry.theme, name="theme"),
    path("me/", me.me, name="me"),
    path("me/password/", me.password, name="password"),
    path("me/data.json", me.data, name="my_data"),
    path("organisation/", organisation.chart, name="chart"),
    path("organisation/units/new/", organisation.new_unit, name="new_unit"),
    path("persons/", organisation.persons, name="persons"),
    path("persons/new/", organisation.hire, name="hire"),
    path("persons/<int:pk>/", organisation.person, name="person"),
    path("persons/<int:pk>/edit/", organisation.correct, name="correct"),
    path("persons/<int:pk>/posts/", organisation.give_post, name="give_post"),
    path("persons/<int:pk>/posts/<int:post_id>/end/", organisation.end_post, name="end_post"),
    path("persons/<int:pk>/skills/", organisation.give_skill, name="give_skill"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:pk>/invite/", accounts.invite, name="invite"),
    path("accounts/<int:pk>/end-session/", accounts.end_session, name="end_session"),
    path("accounts/<int:pk>/close/", accounts.close, name="close_account"),
    path("accounts/<int:pk>/reopen/", accounts.reopen, name="reopen_account"),
    path("accounts/<int:pk>/second-factor/", accounts.drop_second_factor, name="drop_second_factor"),
    path("worklog/", records.worklog, name="worklog"),
    path("undertakings/", records.undertakings, name="undertakings"),
    path("undertakings/publish/", records.publish, name="publish_undertaking"),
    path("notices/", records.notices, name="notices"),
    path("notices/count/", records.bell, name="notices_count"),
    path("notices/bell/", records.bell, name="bell"),
    path("notices/read/", records.read_all, name="read_all"),
    path("notices/<int:pk>/", records.open_notice, name="open_notice"),
]

"""Addresses of departments."""

from django.urls import path

from hotline.departments.views import agreements, deliveries, objections, of_case, reports, units

app_name = "departments"

urlpatterns = [
    path("", units.overview, name="overview"),
    path("mine", units.mine, name="mine"),
    path("of-case/<int:pk>", of_case.of_case, name="of_case"),
    path("of-case/<int:pk>/note", of_case.note, name="note"),
    path("agreements/<int:pk>", agreements.agreement, name="agreement"),
    path("agreements/<int:pk>/<slug:act>", agreements.agreement_act, name="agreement_act"),
    path("objections", objections.inbox, name="objections"),
    path("objections/catalogue", objections.catalogue_export, name="catalogue_export"),
    path("objections/to/<str:number>", objections.object_to, name="object"),
    path("objections/<int:pk>", objections.objection, name="objection"),
    path("objections/<int:pk>/decide/<slug:verdict>", objections.decide, name="decide"),
    path("objections/<int:pk>/<slug:act>", objections.answer, name="answer"),
    path("hints/<int:pk>/<slug:act>", objections.settle_hint, name="settle_hint"),
    path("deliveries", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/<slug:act>", deliveries.mend, name="mend"),
    path("opened/<int:pk>", deliveries.opened, name="opened"),
    path("reports/mail/<int:pk>", reports.mail_again, name="mail_again"),
    path("<int:pk>", units.unit, name="unit"),
    path("<int:pk>/contact", agreements.contact, name="contact"),
    path("<int:pk>/agreement", agreements.new, name="agreement_new"),
    path("<int:pk>/report/<str:month>", reports.report, name="report"),
    path("<int:pk>/report/<str:month>/xlsx", reports.report_xlsx, name="report_xlsx"),
    path("<int:pk>/report/<str:month>/freeze", reports.freeze, name="freeze"),
    path("<int:pk>/<slug:key>/<slug:part>", units.behind, name="behind"),
]

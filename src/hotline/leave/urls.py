"""Addresses of leave."""

from django.urls import path

from hotline.leave.views import balances, deciding, mine, requests, swaps

app_name = "leave"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("beside/", mine.beside, name="beside"),
    path("ask/", mine.ask, name="ask"),
    path("ask/preview/", mine.preview, name="preview"),
    path("sick/", mine.sick, name="sick"),
    path("pregnancy/", mine.pregnancy, name="pregnancy"),
    path("deciding/", deciding.deciding, name="deciding"),
    path("overview/", deciding.overview, name="overview"),
    path("overview/xlsx/", deciding.overview_xlsx, name="overview_xlsx"),
    path("balances/", balances.balances, name="balances"),
    path("balances/xlsx/", balances.balances_xlsx, name="balances_xlsx"),
    path("balances/<int:pk>/", balances.ledger_of, name="ledger"),
    path("kinds/", balances.kinds, name="kinds"),
    path("papers/<int:pk>/", requests.paper, name="paper"),
    path("swaps/", swaps.swaps, name="swaps"),
    path("swaps/new/", swaps.new, name="swap_new"),
    path("swaps/<int:pk>/", swaps.swap, name="swap"),
    path("swaps/<int:pk>/<slug:action>/", swaps.swap_act, name="swap_act"),
    path("<int:pk>/", requests.leave, name="leave"),
    path("<int:pk>/form/", requests.form, name="form"),
    path("<int:pk>/decide/<slug:verdict>/", requests.decide, name="decide"),
    path("<int:pk>/<slug:action>/", requests.act, name="act"),
]

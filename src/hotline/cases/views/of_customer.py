"""What a customer has turned to the centre with before: a fragment for his page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from hotline.cases.models import Case
from hotline.core.pages import Request, view
from hotline.customers.models import Customer

LATEST = 20


@view("customers.view_list", methods=["GET"])
def history(request: Request, pk: int) -> HttpResponse:
    """His latest cases, as far as the person may see them; a secret caller's cases are not told."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    rows: list[Case] = []
    if not customer.is_secret:
        mine = Case.objects.visible_to(request.user).filter(customer=customer, is_secret=False)
        rows = list(mine.select_related("category").order_by("-pk")[:LATEST])
    contacts = [
        {
            "url": reverse("cases:case", args=[row.number]),
            "title": str(row.category or row.description),
            "detail": " · ".join(part for part in (row.number, row.place) if part),
            "kind": "case",
            "state": row.status,
            "at": row.arrived_at,
        }
        for row in rows
    ]
    context = {"contacts": contacts, "is_secret": customer.is_secret, "is_cut": len(rows) == LATEST}
    return render(request, "customers/_history.html", context)

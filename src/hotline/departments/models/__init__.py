"""Tables of departments."""

from hotline.departments.models.agreements import Agreement, AgreementStatus, Contact
from hotline.departments.models.deliveries import Channel, Delivery, DeliveryStatus, Hop
from hotline.departments.models.objections import (
    CatalogueHint,
    Decision,
    Exemption,
    HintStatus,
    Objection,
    ObjectionStatus,
    ReasonCode,
)
from hotline.departments.models.reports import Report, ReportMail, Side

__all__ = [
    "Agreement",
    "AgreementStatus",
    "CatalogueHint",
    "Channel",
    "Contact",
    "Decision",
    "Delivery",
    "DeliveryStatus",
    "Exemption",
    "HintStatus",
    "Hop",
    "Objection",
    "ObjectionStatus",
    "ReasonCode",
    "Report",
    "ReportMail",
    "Side",
]

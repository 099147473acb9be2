"""The PDF of a report: drawn and, of locked figures, signed by the worker, as every paper of the house."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from dinh.directory import policy
from dinh.directory.models import Account
from dinh.indicators.models import Report
from dinh.indicators.reports import charts
from dinh.indicators.reports.document import Block, Document
from dinh.lib.dates import local_date
from dinh.papers import qr
from dinh.papers.actions import request_paper
from dinh.papers.models import Paper

TEMPLATE, SUBJECT, LEADER, APPROVE = "report", "report", "leader", "figures.approve"


def request(row: Report, document: Document, title: str, number: int | None, *, at: datetime) -> Paper:
    """Ask for the PDF. Provisional figures are signed by nobody."""
    signed = number is not None
    data = {
        "agency": dict(document.agency),
        "dossier": {},
        "values": values_of(row, document, signed=signed),
        "demonstration": bool(settings.DINH_DEMO),
    }
    return request_paper(
        template=TEMPLATE, subject=row, subject_type=SUBJECT, unit=row.unit, title=title[:200], data=data,
        signers=_signers(row, document, at) if signed else [], language="vi",
        number=document.numbered(number), by=row.asked_by, at=at,
    )  # fmt: skip


def address(row: Report) -> str:
    """Return the address of the page on which each figure of a report opens."""
    return f"{settings.DINH_PUBLIC_URL.rstrip('/')}/vi/board/reports/{row.pk}/"


def values_of(row: Report, document: Document, *, signed: bool) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "heading": document.title,
        "about": document.about,
        "symbol": document.symbol,
        "locked": document.locked,
        "sealed": signed,
        "basis": list(document.basis),
        "to": list(document.to),
        "signer": document.signer,
        "blocks": [_block(one, document) for one in document.blocks],
        "opens": address(row),
        "opens_qr": qr.svg(address(row)),
    }


def _block(block: Block, document: Document) -> dict[str, Any]:
    told: dict[str, Any] = {"what": block.what, "text": block.text, "annex": block.annex}
    if block.what == "table":
        told |= {
            "columns": list(block.columns), "widths": list(block.widths), "texts": block.texts,
            "rows": [[*one.cells] for one in block.rows],
            "strong": [number for number, one in enumerate(block.rows) if one.strong],
            "links": [document.link(one.figure, one.unit) for one in block.rows],
        }  # fmt: skip
    elif block.what in {"chart", "map"}:
        told |= {"svg": charts.svg(block), "alt": charts.in_words(block)}
    return told


def _signers(row: Report, document: Document, at: datetime) -> list[dict[str, Any]]:
    """Return who signs: the leader when a leader asked for it, and the office always.

    What is made by schedule nobody asked for this time: nobody's own name is put below it.
    """
    office = {"role": "agency", "name": document.agency["name"]}
    if row.schedule_id is not None:
        return [office]
    by = Account.objects.get(pk=row.asked_by)
    found: list[dict[str, Any]] = []
    on = local_date(at)
    approves = policy.may(by, APPROVE, unit=row.unit, on=on)
    if approves and policy.acting_role(by, APPROVE, row.unit, None, on).role == LEADER:
        found.append({"role": "leader", "account": str(by.pk), "name": by.full_name, "title": by.title})
    return [*found, office]

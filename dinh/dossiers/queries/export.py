"""Rows for a spreadsheet: what the worklist shows, without a limit of pages, for those who may take it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers.models import Dossier
from dinh.dossiers.queries.worklist import Filters, narrowed
from dinh.journal import access
from dinh.lib.dates import local_date

COLUMNS = (
    "number", "procedure", "title", "applicant_name", "channel", "status", "local_status", "filed_at",
    "received_at", "due_at", "finished_at", "returned_at", "supplement_count", "e_authenticated",
    "online_processed",
)  # fmt: skip
MOST = 50_000


def export_rows(
    account: Account, filters: Filters | Mapping[str, Any] | None = None, *, at: datetime, purpose: str
) -> list[dict[str, Any]]:
    """Return up to 50,000 dossiers of the account's `dossiers.export` scope, oldest first, and record the export.

    purpose  why it is taken out, in the person's words

    Raises NotPermitted without the permission anywhere. Two queries.
    """
    on = local_date(at)
    directory.require(account, "dossiers.export", on=on)
    wanted = filters if isinstance(filters, Filters) else Filters(**(filters or {}))
    scoped = directory.scope(account, "dossiers.export", on).filter(Dossier.objects.all())
    rows = list(narrowed(scoped, wanted, at).order_by("filed_at", "id").values("id", *COLUMNS)[:MOST])
    access.listed(
        kind="export", subject_type="dossier", query=wanted.as_dict(), ids=[row["id"] for row in rows],
        by=account, at=at, purpose=purpose, unit=wanted.unit,
    )  # fmt: skip
    return rows

"""Which files that telephones sent ahead an operation may still take over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from dinh.journal.models import Intake
from dinh.outreach.models import Operation
from dinh.outreach.rules.devices import source_of

State = Operation.State


def files_named(device: UUID, refused_since: datetime) -> set[str]:
    """Return the files named by a telephone's requests that wait, or were refused not long ago. Two queries."""
    waits = Q(state__in=(State.WAITING, State.REVIEW)) | Q(state=State.REFUSED, changed_at__gte=refused_since)
    wanted = Operation.objects.filter(waits, device=device, kind="filing").values_list("pk", flat=True)
    rows = Intake.objects.filter(source=source_of(device), op_id__in=[str(pk) for pk in wanted])
    found: set[str] = set()
    for raw in rows.values_list("raw", flat=True):
        body = raw.get("body") or {}
        found.update(one.get("sha256", "") for one in body.get("attachments") or ())
        found.add((body.get("consent") or {}).get("proof") or "")
    return found

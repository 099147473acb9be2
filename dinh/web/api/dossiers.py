"""Dossiers for programs that act for a member of staff: the worklist, one dossier, filing a draft.

Rights, access rows and errors are those of the pages: both ask `dossiers.queries` and `dossiers.actions`.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Query, Router, Schema

from dinh.directory import policy
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Dossier, Step
from dinh.dossiers.queries import Filters
from dinh.web.api.house import caller
from dinh.web.api.schemas import DossierList, DossierOut, Filed, Problem, StepOut

router = Router(tags=["dossiers"])
drafts = Router(tags=["drafts"])
REFUSALS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}
View = Literal["mine", "receive", "examine", "approve", "return", "waiting", "all", "done"]


class Asked(Schema):
    """What a list is asked; see the worklist's tabs and filters."""

    view: View = "all"
    q: str = ""
    state: Literal["", "late", "today", "soon", "on_time", "waiting"] = ""
    procedure: str = ""
    after: str = ""
    limit: int = 100


@router.get("", response={200: DossierList, **REFUSALS})
def browse(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the dossiers that the caller may handle, the most urgent first."""
    account = caller(request)
    policy.require(account, "dossiers.read", on=timezone.localdate())
    filters = Filters(state=asked.state, procedure=asked.procedure, text=asked.q)
    found = queries.worklist(account, asked.view, filters, asked.after, asked.limit, at=timezone.now())
    return {"rows": found.rows, "after": found.after or None}


@router.get("/{key}", response={200: DossierOut, **REFUSALS})
def one(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return one dossier by its number or id; that it was opened is written down."""
    at = timezone.now()
    dossier = queries.get_dossier(key, caller(request), at=at, purpose="api", related=())
    return {**_columns(dossier), "steps": [_step(one) for one in queries.steps_of(dossier)]}


def _step(step: Step) -> dict[str, Any]:
    names = [name for name in StepOut.model_fields if name != "actor"]
    return {**{name: getattr(step, name) for name in names}, "actor": step.actor_id}


def _columns(dossier: Dossier) -> dict[str, Any]:
    names = [name for name in DossierOut.model_fields if name not in {"steps", "unit"}]
    return {**{name: getattr(dossier, name) for name in names}, "unit": dossier.unit_id}


@drafts.post("/{code}/file", response={200: Filed, **REFUSALS})
def file(
    request: HttpRequest,
    code: str,
    idempotency_key: str = Header(..., min_length=8, max_length=80),  # type: ignore[type-arg]
) -> dict[str, Any]:
    """File a draft. The same Idempotency-Key answers with the same dossier, however often it is sent."""
    at, account = timezone.now(), caller(request)
    draft = queries.get_draft(code, account, at=at)
    dossier = actions.file(draft=draft, by=account, at=at, idempotency_key=idempotency_key)
    # In UTC: the same text now and when the dossier is read from the database again.
    due_at = dossier.due_at.astimezone(UTC) if dossier.due_at else None
    return {"number": dossier.number, "status": int(dossier.status), "due_at": due_at}

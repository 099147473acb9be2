"""What the API answers: plain shapes, described once, from which the OpenAPI document is made."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class FaultOut(Schema):
    """One thing wrong with what was given."""

    path: str = Field(description="Field id")
    code: str
    message: str = Field(description="In the reader's language (Accept-Language)")


class Problem(Schema):
    """An expected refusal."""

    code: str = Field(description='Stable, for machines: "dossiers.stale"')
    message: str
    faults: list[FaultOut] = []


class ProcedureLine(Schema):
    """One procedure of the catalogue."""

    id: str
    code: str = Field(description="National code (mã TTHC)")
    version: str
    title: dict[str, str]
    summary: dict[str, str]
    sector: str
    online: str


class ProcedureOut(ProcedureLine):
    """One procedure in full, as declared."""

    declaration: dict[str, Any] = Field(description="The shape `Procedure` of the catalogue")


class DossierLine(Schema):
    """One line of the worklist."""

    id: UUID
    number: str
    procedure: str
    title: str
    applicant_name: str
    status: int = Field(description="National status 1 to 10")
    state: str = Field(description="late, today, soon, on_time, waiting or done")
    step: str
    due_at: datetime | None


class DossierList(Schema):
    """One page of the worklist."""

    rows: list[DossierLine]
    after: str | None = Field(description="Ask for the next page with this; null at the end")


class StepOut(Schema):
    """One step done."""

    step: str
    verb: str
    role: str
    actor: UUID | None
    on_site: bool
    started_at: datetime
    done_at: datetime


class DossierOut(Schema):
    """One dossier in full, for those who may open it."""

    id: UUID
    number: str
    version: int
    procedure: str
    procedure_version: str
    title: str
    unit: UUID
    status: int
    local_status: str
    step: str
    applicant_name: str
    channel: int
    answers: dict[str, Any]
    findings: list[dict[str, Any]]
    filed_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    steps: list[StepOut]


class Filed(Schema):
    """A draft that became a dossier."""

    number: str
    status: int
    due_at: datetime | None

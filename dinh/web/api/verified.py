"""What the API answers about verification: rates, runs, findings, corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class Shares(Schema):
    """Rows and the share of them that held (0 to 1); null where nothing was verified."""

    rows: int
    verified: float | None = Field(description="The person is certain and nothing contradicts")
    dung: float | None = Field(description="Nothing contradicts the population (đúng)")
    du: float | None = Field(description="All that is asked is there (đủ)")
    sach: float | None = Field(description="Well written, and entered once (sạch)")
    song: float | None = Field(description="The person lives, and at that place (sống)")


class RegisterRatesOut(Shares):
    """The rates of one register."""

    register_: str = Field(alias="register", description="Id of the register")
    title: str
    band: str = Field(description='"green", "yellow", "red", or "" before the first verification')
    at: datetime | None = Field(description="When it was last verified")
    open_findings: int


class CommuneOut(Shares):
    """The rates of the rows that name one commune."""

    commune: str = Field(description='Its code of today; "" for rows that name none')
    band: str


class ReasonOut(Schema):
    """How many rows have a reason."""

    code: str = Field(description='Stable, for machines: "name_marks_lost"')
    title: str
    rows: int


class PointOut(Schema):
    """The share of verified rows after one verification."""

    at: datetime
    share: float


class RatesOut(RegisterRatesOut):
    """The rates of one register in full."""

    communes: list[CommuneOut] = Field(description="The worst first")
    reasons: list[ReasonOut] = Field(description="The most frequent first")
    series: list[PointOut] = Field(description="Oldest first")


class SubmissionOut(Schema):
    """One verification."""

    id: UUID
    register_: str = Field(alias="register")
    unit: UUID
    source: str = Field(description='"records" or "file"')
    filename: str
    state: str = Field(description='"waiting", "running", "done" or "failed"')
    stage: str
    full: bool
    rows: int
    again: int = Field(description="Rows that were verified again")
    error: str = Field(description="A sentence; empty unless it failed")
    at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    summary: dict[str, Any] = Field(description="As docs/verification.md tells it; empty until it is done")


class FindingOut(Schema):
    """One thing to decide."""

    id: UUID
    version: int
    register_: str = Field(alias="register")
    record: UUID
    number: str = Field(description="Number of the record")
    kind: str
    code: str
    title: str
    advice: str
    commune: str
    gain: float = Field(description="Criteria put right in an expected minute of an officer")
    bulk: bool = Field(description="Certain enough to be corrected together with others")
    state: str
    decision: str
    found_at: datetime
    decided_at: datetime | None
    reasons: list[str]
    proposed: dict[str, Any] = Field(
        description="Field id: what the population says, of fields the caller reads"
    )


class FindingList(Schema):
    """One page of findings."""

    rows: list[FindingOut]
    count: int


class CorrectionOut(Schema):
    """One correction of a record: what changed, before and after."""

    record: UUID
    number: str
    key: str = Field(
        description='What tells the row from others in the owner\'s own system; "" when there is none'
    )
    version: int
    state: str = Field(description='"valid", or "closed" when the record was taken out of force')
    reason: str
    at: datetime
    changed: dict[str, list[Any]] = Field(description="Field id: before, after")


class CorrectionList(Schema):
    """Corrections after a cursor."""

    rows: list[CorrectionOut]
    next: int = Field(description="Ask with it as `since` next time")

"""Dossiers that a volunteer helped to file: how far they are, and nothing else of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dinh.directory.models import Account
from dinh.dossiers.models import Dossier, Status
from dinh.dossiers.policy import NOTHING_HERE
from dinh.lib.errors import NotFound
from dinh.outreach.models import Assistance


@dataclass(frozen=True)
class Followed:
    """What the helper may know: neither answers nor papers, nor why it was decided so."""

    dossier: UUID
    number: str
    procedure: str
    title: str
    person: UUID | None  # for whom it was filed
    household: UUID | None
    status: int
    filed_at: datetime
    due_at: datetime | None
    returned_at: datetime | None
    brought_at: datetime | None
    consent_withdrawn: bool

    @property
    def done(self) -> bool:
        """Say whether a result is there, to be carried home or already at home."""
        return self.status in {Status.FINISHED, Status.RETURNED}


COLUMNS = (
    "pk", "number", "procedure", "title", "applicant", "status", "filed_at", "due_at", "returned_at",
)  # fmt: skip


def followed(helper: Account, *, open_only: bool = False, limit: int = 500) -> list[Followed]:
    """Return the dossiers that somebody filed for others at their houses, last filed first. Two queries.

    open_only  leave out those that ended and whose result was brought
    """
    rows = Assistance.objects.filter(account=helper, kind="filing", dossier__isnull=False)
    given = {
        row.dossier: row
        for row in rows.order_by("-at").only("dossier", "household", "consent", "brought_at")[:limit]
    }
    found = _found([key for key in given if key is not None], helper, given)
    return [
        one
        for one in found
        if not (open_only and one.status not in OPEN and (one.brought_at or not one.done))
    ]


OPEN = frozenset(
    {
        Status.SUBMITTED,
        Status.ACCEPTED,
        Status.IN_PROCESS,
        Status.SUPPLEMENT,
        Status.FINANCIAL,
        Status.FINISHED,
    }
)


def get_followed(helper: Account, dossier: UUID) -> Followed:
    """Return one of them. Raises NotFound for a dossier that somebody else filed. Two queries."""
    given = {
        row.dossier: row for row in Assistance.objects.filter(account=helper, kind="filing", dossier=dossier)
    }
    found = _found(list(filter(None, given)), helper, given)
    if not found:
        raise NotFound("dossiers.no_dossier", NOTHING_HERE, dossier=dossier)
    return found[0]


def _found(wanted: Collection[UUID], helper: Account, given: dict[UUID | None, Assistance]) -> list[Followed]:
    rows = Dossier.objects.filter(pk__in=wanted, helper=helper).order_by("-filed_at", "-pk")
    return [
        Followed(
            dossier=pk, number=number, procedure=procedure, title=title, person=applicant,
            household=given[pk].household_id, status=status, filed_at=filed_at, due_at=due_at,
            returned_at=returned_at, brought_at=given[pk].brought_at,
            consent_withdrawn="withdrawn_at" in given[pk].consent,
        )
        for pk, number, procedure, title, applicant, status, filed_at, due_at, returned_at
        in rows.values_list(*COLUMNS)
    ]  # fmt: skip

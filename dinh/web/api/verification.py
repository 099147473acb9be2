"""Verification for programs: start one, of a register or of a file, ask how far it is, fetch what it says.

The same rights, bounds and access rows as the desk's pages. Corrections are fetched from a cursor on, so that an
agency's own system takes over each of them once.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Field, File, Form, Query, Router, Schema, UploadedFile

from dinh.catalogue import store
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.journal import access
from dinh.lib.errors import NotFound
from dinh.registers.queries import NOTHING_HERE, READ, readable_data
from dinh.verification import actions, queries
from dinh.verification.models import Finding, Submission
from dinh.verification.queries import CommuneRates, RegisterRates
from dinh.verification.words import say
from dinh.web.api.house import caller
from dinh.web.api.schemas import Problem
from dinh.web.api.verified import FindingList, RatesOut, RegisterRatesOut, SubmissionOut
from dinh.web.components import answers

router = Router(tags=["verification"])
REFUSALS = {403: Problem, 404: Problem, 409: Problem, 422: Problem, 507: Problem}
MOST = 500
State = Literal["open", "decided", "gone"]


class Start(Schema):
    """What is verified anew: what changed, or every row."""

    unit: UUID | None = None
    full: bool = False


class Asked(Schema):
    """Which findings; see the worklist's filters."""

    register_: str = Field("", alias="register")
    kind: str = ""
    code: str = ""
    commune: str = ""
    state: State = "open"
    mine: bool = False
    text: str = ""
    limit: int = 100
    offset: int = 0


@router.get("/registers", response={200: list[RegisterRatesOut], **REFUSALS})
def rates(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the rates of every register that the caller reads, as of their last verification."""
    account = _reader(request)
    return [_rates(one) for one in queries.rates(account, timezone.localdate())]


@router.get("/registers/{register_id}", response={200: RatesOut, **REFUSALS})
def one_register(request: HttpRequest, register_id: str) -> dict[str, Any]:
    """Return the rates of one register, by commune and by reason, and how the first of them moved."""
    account, on = _reader(request), timezone.localdate()
    found = queries.register_rates(account, register_id, on)
    return {
        **_rates(found),
        "communes": [{**_shares(one), "commune": one.commune, "band": one.band} for one in found.communes],
        "reasons": [{"code": one.code, "title": one.title, "rows": one.rows} for one in found.reasons],
        "series": [{"at": at, "share": share} for at, share in queries.series(account, register_id, on)],
    }


@router.post("/registers/{register_id}/submissions", response={202: SubmissionOut, **REFUSALS})
def start(request: HttpRequest, register_id: str, asked: Start) -> tuple[int, dict[str, Any]]:
    """Start a verification of a register's records; poll its address until its state is "done" or "failed"."""
    account = caller(request)
    given = actions.submit(
        register=register_id, unit=_unit(account, asked.unit), full=asked.full, by=account, at=timezone.now()
    )
    return 202, _submission(given)


@router.post("/registers/{register_id}/files", response={202: SubmissionOut, **REFUSALS})
def hand_in(
    request: HttpRequest,
    register_id: str,
    file: File[UploadedFile],
    unit: Form[UUID | None] = None,
) -> tuple[int, dict[str, Any]]:
    """Verify a file (CSV, XLSX or Parquet) of identity columns under the agency's own row numbers; none of it is kept."""
    account, name = caller(request), (file.name or "")[:200]
    whose = _unit(account, unit)
    with TemporaryDirectory(dir=settings.DINH_HOME) as folder:
        path = Path(folder) / "given"
        with path.open("wb") as target:
            for piece in file.chunks():
                target.write(piece)
        with answers.as_table(path, name) as (table, called):
            given = actions.submit(
                register=register_id, unit=whose, source=Submission.Source.FILE, filename=called, path=table,
                by=account, at=timezone.now(),
            )  # fmt: skip
    return 202, _submission(given)


@router.get("/submissions/{submission}", response={200: SubmissionOut, **REFUSALS})
def one_submission(request: HttpRequest, submission: UUID) -> dict[str, Any]:
    """Return how far a verification is and, when it is done, its summary."""
    return _submission(queries.get_submission(_reader(request), submission, timezone.localdate()))


@router.get("/submissions/{submission}/answer", response={200: None, **REFUSALS})
def answer(
    request: HttpRequest, submission: UUID, form: Literal["parquet", "csv", "xlsx", "json"] = "parquet"
) -> HttpResponseBase:
    """Return the answer about a file that was handed in: one row for each of its rows, under its own numbers."""
    account, at = _reader(request), timezone.now()
    policy.require(account, "registers.export", on=timezone.localdate())
    found = queries.get_submission(account, submission, timezone.localdate())
    return answers.taken(found, form, by=account, at=at, purpose="api")


@router.get("/findings", response={200: FindingList, **REFUSALS})
def findings(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List findings, what brings most first; what is proposed comes with each, as far as the caller reads it."""
    account, on = _reader(request), timezone.localdate()
    wanted = asked.dict(exclude={"limit", "offset"}, by_alias=True)
    limit = max(1, min(asked.limit, MOST))
    found = queries.find_findings(account, on, **wanted, limit=limit, offset=asked.offset)
    _listed(account, found, wanted, "list")
    roles = policy.roles_of(account, on)
    return {
        "rows": [_finding(one, roles) for one in found],
        "count": queries.count_findings(account, on, **wanted),
    }


def _reader(request: HttpRequest) -> Account:
    account = caller(request)
    policy.require(account, READ, on=timezone.localdate())
    return account


def _unit(account: Account, unit: UUID | None) -> Unit:
    """Return the unit whose rows are verified: the one named, else where the caller works."""
    pk = unit or policy.home_unit(account, timezone.localdate())
    found = Unit.objects.filter(pk=pk).first() if pk else None
    if found is None:
        raise NotFound("verification.no_unit", NOTHING_HERE, unit=unit)
    return found


def _shares(one: CommuneRates | RegisterRates) -> dict[str, Any]:
    return {
        "rows": one.rows,
        "verified": one.verified_share,
        "dung": one.dung,
        "du": one.du,
        "sach": one.sach,
        "song": one.song,
    }


def _rates(one: RegisterRates) -> dict[str, Any]:
    return {
        **_shares(one),
        "register": one.id,
        "title": one.title,
        "band": one.band,
        "at": one.at,
        "open_findings": one.open_findings,
    }


def _submission(one: Submission) -> dict[str, Any]:
    names = [name for name in SubmissionOut.model_fields if name != "unit"]
    return {**{name: getattr(one, name) for name in names}, "unit": one.unit_id}


def _finding(one: Finding, roles: frozenset[str]) -> dict[str, Any]:
    """Return a finding with what is proposed, as far as these roles read it; nothing of a candidate besides."""
    shape, match = store.get().registers[one.register], getattr(one.record, "match", None)
    said = say(one.code, one.register)
    return {
        "id": one.pk,
        "version": one.version,
        "register": one.register,
        "record": one.record_id,
        "number": one.record.number,
        "kind": one.kind,
        "code": one.code,
        "title": said.title,
        "advice": said.advice,
        "commune": one.commune,
        "gain": one.gain,
        "bulk": one.bulk,
        "state": one.state,
        "decision": one.decision,
        "found_at": one.found_at,
        "decided_at": one.decided_at,
        "reasons": match.reasons if match else [],
        "proposed": readable_data(shape, match.proposed if match else {}, roles),
    }


def _listed(account: Account, found: list[Finding], wanted: dict[str, Any], kind: str) -> None:
    people = {one.record.match.person_id for one in found if getattr(one.record, "match", None)} - {None}
    for subject_type, ids in (("record", [one.record_id for one in found]), ("person", sorted(people))):
        access.listed(
            kind=kind,
            subject_type=subject_type,
            query=wanted,
            ids=ids,
            by=account,
            at=timezone.now(),
            purpose="api",
        )

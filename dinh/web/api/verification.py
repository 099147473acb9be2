"""Verification for programs: start one, of a register or of a file, ask how far it is, fetch what it says.

The same rights, bounds and access rows as the desk's pages. Corrections are fetched from a cursor on, so that an
agency's own system takes over each of them once.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from dinh.catalogue.shapes.register import Register
from dinh.directory import policy
from dinh.directory.models import Account, Unit
from dinh.journal import access
from dinh.lib.errors import Fault, Invalid, NotFound
from dinh.registers import queries as registers
from dinh.registers.models import Version
from dinh.verification import actions, queries
from dinh.verification.actions.submitting import NO_FILE, verifiable
from dinh.verification.models import Finding, Submission
from dinh.verification.queries import CommuneRates, RegisterRates
from dinh.verification.reach import START
from dinh.verification.words import say
from dinh.web.api.house import caller
from dinh.web.api.schemas import Problem
from dinh.web.api.verified import CorrectionList, FindingList, RatesOut, RegisterRatesOut, SubmissionOut
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


@router.get("/registers", by_alias=True, response={200: list[RegisterRatesOut], **REFUSALS})
def rates(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the rates of every register that the caller reads, as of their last verification."""
    account = _reader(request)
    return [_rates(one) for one in queries.rates(account, timezone.localdate())]


@router.get("/registers/{register_id}", by_alias=True, response={200: RatesOut, **REFUSALS})
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


@router.post("/registers/{register_id}/submissions", by_alias=True, response={202: SubmissionOut, **REFUSALS})
def start(request: HttpRequest, register_id: str, asked: Query[Start]) -> tuple[int, dict[str, Any]]:
    """Start a verification of a register's records; poll its address until its state is "done" or "failed"."""
    account, at = caller(request), timezone.now()
    unit = _unit(account, register_id, asked.unit)
    given = actions.submit(register=register_id, unit=unit, full=asked.full, by=account, at=at)
    return 202, _submission(given)


@router.post("/registers/{register_id}/files", by_alias=True, response={202: SubmissionOut, **REFUSALS})
def hand_in(
    request: HttpRequest,
    register_id: str,
    file: File[UploadedFile | None] = None,
    unit: Form[UUID | None] = None,
) -> tuple[int, dict[str, Any]]:
    """Verify a file (CSV, XLSX or Parquet) of identity columns under the agency's own row numbers; none of it is kept."""
    account = caller(request)
    whose = _unit(account, register_id, unit)
    if file is None:
        raise Invalid("verification.no_file", [Fault("file", "verification.no_file", NO_FILE)], NO_FILE)
    name, shape = (file.name or "")[:200], verifiable(register_id)
    with TemporaryDirectory(dir=settings.DINH_HOME) as folder:
        path = Path(folder) / "given"
        with path.open("wb") as target:
            for piece in file.chunks():
                target.write(piece)
        with answers.as_table(path, name, shape) as (table, called):
            given = actions.submit(
                register=register_id, unit=whose, source=Submission.Source.FILE, filename=called, path=table,
                by=account, at=timezone.now(),
            )  # fmt: skip
    return 202, _submission(given)


@router.get("/submissions/{submission}", by_alias=True, response={200: SubmissionOut, **REFUSALS})
def one_submission(request: HttpRequest, submission: UUID) -> dict[str, Any]:
    """Return how far a verification is and, when it is done, its summary."""
    return _submission(queries.get_submission(_reader(request), submission, timezone.localdate()))


@router.get("/submissions/{submission}/answer", response={200: None, **REFUSALS})
def answer(
    request: HttpRequest, submission: UUID, form: Literal["parquet", "csv", "xlsx", "json"] = "parquet"
) -> HttpResponseBase:
    """Return the answer about a file that was handed in: one row for each of its rows, under its own numbers."""
    account, at, on = _reader(request), timezone.now(), timezone.localdate()
    found = queries.get_submission(account, submission, on)
    if not any(
        policy.may(account, permission, unit=found.unit_id, on=on) for permission in (registers.EXPORT, START)
    ):
        raise policy.refusal(registers.EXPORT, account, unit=found.unit_id)
    return answers.taken(found, form, by=account, at=at, purpose="api")


@router.get("/findings", by_alias=True, response={200: FindingList, **REFUSALS})
def findings(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List findings, what brings most first; what is proposed comes with each, as far as the caller reads it."""
    account, on = _reader(request), timezone.localdate()
    wanted = asked.dict(exclude={"limit", "offset"}, by_alias=True)
    limit = max(1, min(asked.limit, MOST))
    which = queries.Which(**wanted)
    found = queries.find_findings(account, on, which, limit=limit, offset=asked.offset)
    _listed(account, found, wanted, "list")
    roles = policy.roles_of(account, on)
    return {
        "rows": [_finding(one, roles) for one in found],
        "count": queries.count_findings(account, on, which),
    }


@router.get("/registers/{register_id}/corrections", response={200: CorrectionList, **REFUSALS})
def corrections(request: HttpRequest, register_id: str, since: int = 0, limit: int = 100) -> dict[str, Any]:
    """Return what was corrected after a cursor, oldest first; a correction that was taken back comes as one more.

    Begin with since=0, keep `next`, and ask with it again: each correction comes once, a moment after it was made.
    """
    account, at = _reader(request), timezone.now()
    policy.require(account, registers.EXPORT, on=timezone.localdate())
    shape = store.get().registers.get(register_id)
    scope = registers.taking_scope(account, register_id, timezone.localdate())
    if shape is None or not scope:
        raise NotFound("registers.no_register", registers.NOTHING_HERE, register=register_id)
    found = queries.corrected_since(register_id, scope, since, max(1, min(limit, MOST)))
    access.listed(
        kind="export", subject_type="record", query={"register": register_id, "since": since},
        ids=[row.record_id for row, _before in found.rows], by=account, at=at, purpose="api",
    )  # fmt: skip
    roles = policy.roles_of(account, timezone.localdate())
    return {
        "rows": [_correction(row, before, shape, roles) for row, before in found.rows],
        "next": found.next,
    }


def _correction(
    row: Version, before: Mapping[str, Any], shape: Register, roles: frozenset[str]
) -> dict[str, Any]:
    fields = [field.id for field in registers.readable_fields(shape, roles)]
    return {
        "record": row.record_id,
        "number": registers.readable_title(shape, row.record, roles)[0],
        "key": str(row.data.get(shape.key, "")) if shape.key in fields else "",
        "version": row.version,
        "state": row.state,
        "reason": row.reason,
        "at": row.at,
        "changed": {
            name: [before.get(name), row.data.get(name)]
            for name in fields
            if before.get(name) != row.data.get(name)
        },
    }


def _reader(request: HttpRequest) -> Account:
    account = caller(request)
    policy.require(account, registers.READ, on=timezone.localdate())
    return account


def _unit(account: Account, register: str, unit: UUID | None) -> Unit:
    """Return the unit whose rows are verified: the one named, else where the caller works. Refuses without the right."""
    on = timezone.localdate()
    pk = unit or policy.home_unit(account, on)
    policy.require(account, START, unit=pk, on=on)
    found = Unit.objects.filter(pk=pk).first() if pk else None
    if found is None or not registers.scope_of(account, register, on).allows(found.pk):
        raise NotFound("verification.no_unit", registers.NOTHING_HERE, unit=unit)
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
    names = [name for name in SubmissionOut.model_fields if name not in {"unit", "register_"}]
    own = {name: getattr(one, name) for name in names}
    return {**own, "register": one.register, "unit": one.unit_id}


def _finding(one: Finding, roles: frozenset[str]) -> dict[str, Any]:
    """Return a finding with what is proposed, as far as these roles read it; nothing of a candidate besides."""
    shape, match = store.get().registers[one.register], getattr(one.record, "match", None)
    said = say(one.code, one.register)
    return {
        "id": one.pk,
        "version": one.version,
        "register": one.register,
        "record": one.record_id,
        "number": registers.readable_title(shape, one.record, roles)[0],
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
        "proposed": registers.readable_data(shape, match.proposed if match else {}, roles),
    }


def _listed(account: Account, found: list[Finding], wanted: dict[str, Any], kind: str) -> None:
    matches = (getattr(one.record, "match", None) for one in found)
    people = {match.person_id for match in matches if match is not None and match.person_id is not None}
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

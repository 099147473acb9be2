"""Writes of papers: keep a file, ask for a paper, issue it, revoke it.

Asking is quick and inside the caller's transaction; drawing and signing happen in
the worker after the request is sealed (`handlers.on_requested`, `tasks.issue`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dinh.directory.models import Account, Unit
from dinh.journal.actions import action, canonical, record
from dinh.lib.errors import Broken, Refused, Stale
from dinh.lib.ids import uuid7
from dinh.lib.names import nfc
from dinh.papers import blobs, rules, templates
from dinh.papers.models import Blob, Paper, Signature
from dinh.papers.signing.base import Signer

NOT_ISSUED = _("Only a paper that was issued can be revoked.")
CHANGED = _("Somebody else changed this paper first. Open it again to see what it says now.")
REPLACED = _("Replaced by a newer paper")


class Subject(Protocol):
    """What a paper is about: a row with an id, a dossier for instance."""

    pk: Any


def keep(data: bytes | Iterable[bytes], at: datetime, *, filename: str = "") -> Blob:
    """Store a file by its content; see `blobs.keep`. Files write no journal entry: what names them does."""
    return blobs.keep(data, at, filename=filename)


def forget(digests: Iterable[str]) -> None:
    """Throw away files that nothing names any more; see `blobs.forget`."""
    for digest in digests:
        blobs.forget(digest)


@action
def request_paper(
    *,
    template: str,
    subject: Subject,
    subject_type: str,
    unit: Unit | UUID,
    title: str,
    data: Mapping[str, Any],
    signers: Sequence[Mapping[str, Any]],
    language: str,
    number: str = "",
    by: Account | UUID | None,
    at: datetime,
    replaces: Paper | None = None,
) -> Paper:
    """Ask for a paper and return it with its check code; the worker draws and signs it in a moment.

    template  id of a file of `catalogue/papers/`; its header says what `data` must hold
    data      {"agency": …, "dossier": …, "values": …, "place_date"?, "demonstration"?}, JSON values
    signers   in their order: {"role": "leader", "account": id, "name", "title", "on_behalf"?} and
              {"role": "agency", "name"}; their names stand on the paper
    replaces  the earlier paper, revoked when this one is issued

    Raises Broken when there is no such template.
    """
    templates.path_of(template)
    paper = Paper(
        id=uuid7(), template=template, language=language, subject_type=subject_type, subject=subject.pk,
        unit=_id(unit), title=nfc(title), number=number, data=dict(data), signers=[dict(one) for one in signers],
        check_code=_free_code(), replaces=replaces, requested_at=at,
    )  # fmt: skip
    paper.save(force_insert=True)
    # The data are the caller's own, journalled there: the entry says which they were, not again what.
    columns = {
        f.attname: getattr(paper, f.attname)
        for f in Paper._meta.concrete_fields
        if f.attname not in {"id", "data", "version"}
    }
    body = {"set": columns, "data_sha256": hashlib.sha256(canonical(paper.data)).hexdigest()}
    record("papers.requested", subject=paper, at=at, by=_id(by), unit=paper.unit, body=body)
    return paper


@action
def issue(
    *, paper: Paper, pdf: bytes, signed_by: Sequence[Signer], signed_at: datetime, at: datetime
) -> Paper:
    """Write down that the worker drew and signed a paper. The caller is `issuing.issue_paper` alone.

    Raises Stale when it was issued or revoked meanwhile.
    """
    blob = blobs.keep(pdf, at)
    columns: dict[str, Any] = {
        "state": Paper.State.ISSUED.value,
        "blob_id": blob.pk,
        "template_digest": templates.digest(paper.template),
        "issued_at": signed_at,
    }
    _change(paper, columns, (Paper.State.REQUESTED, Paper.State.FAILED))
    Signature.objects.bulk_create(
        Signature(
            paper=paper, order=order, role=one.role, name=one.name, certificate_sha256=one.certificate_sha256,
            signed_at=signed_at,
        )
        for order, one in enumerate(signed_by, start=1)
    )  # fmt: skip
    record("papers.issued", subject=paper, at=at, by=None, unit=paper.unit, body={"set": columns})
    if paper.replaces is not None and paper.replaces.state == Paper.State.ISSUED:
        revoke(paper=paper.replaces, because=str(REPLACED), by=None, at=at)
    return paper


@action
def mark_failed(*, paper: Paper, code: str, at: datetime) -> None:
    """Write down, once, that a paper could not be prepared, so that people see it; it is tried again."""
    columns = {"state": Paper.State.FAILED.value}
    _change(paper, columns, (Paper.State.REQUESTED,))
    record(
        "papers.failed", subject=paper, at=at, by=None, unit=paper.unit, body={"set": columns, "code": code}
    )


@action
def revoke(*, paper: Paper, because: str, by: Account | UUID | None, at: datetime) -> Paper:
    """Take back an issued paper: whoever checks its code is told so. The caller has asked the policy.

    because  the reason, shown on the check page

    Raises Refused unless it is issued, Stale when somebody changed it first.
    """
    if paper.state != Paper.State.ISSUED:
        raise Refused("papers.not_issued", NOT_ISSUED, paper=paper.pk)
    columns: dict[str, Any] = {
        "state": Paper.State.REVOKED.value,
        "revoked_at": at,
        "revoked_because": because[:200],
    }
    _change(paper, columns, (Paper.State.ISSUED,))
    record("papers.revoked", subject=paper, at=at, by=_id(by), unit=paper.unit, body={"set": columns})
    return paper


def _change(paper: Paper, columns: Mapping[str, Any], states: tuple[Paper.State, ...]) -> None:
    guarded = Paper.objects.filter(pk=paper.pk, version=paper.version, state__in=states)
    if not guarded.update(version=F("version") + 1, **columns):
        raise Stale("papers.changed", CHANGED, paper=paper.pk)
    paper.refresh_from_db()


def _free_code() -> str:
    for _attempt in range(5):
        code = rules.make_code(secrets.randbelow)
        if not Paper.objects.filter(check_code=code).exists():
            return code
    raise Broken("papers.no_free_code")


def _id(thing: Account | Unit | UUID | None) -> Any:
    return thing if thing is None or isinstance(thing, UUID) else thing.pk

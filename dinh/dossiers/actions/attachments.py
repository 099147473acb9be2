"""Files handed in with a draft or a dossier, and papers the house already holds.

Bytes are kept by `papers`; here a file is tied to the document that the procedure declares. A paper added to a dossier is an act of its own, with an entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.db import transaction
from django.utils.text import format_lazy, get_valid_filename
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.procedure import Document, Procedure
from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers import policy
from dinh.dossiers.actions.changing import change, moment, not_now, procedure_of
from dinh.dossiers.actions.consent import lock_open, require_open
from dinh.dossiers.models import Attachment, Dossier, Draft
from dinh.dossiers.prefill import HeldPaper
from dinh.dossiers.rules import life
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import Fault, Invalid, NotFound, Refused
from dinh.papers.actions import forget, keep
from dinh.papers.models import Blob

TYPES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
MOST_FILES = 20  # for one document of one request
NO_DOCUMENT = _("This request does not ask for that paper.")
NO_FILE = _("This file is no longer there.")
TOO_MANY = _("There are already {most} files for this paper. Join the pages into one PDF.")
NOT_ACCEPTED = _("{document}: this file is of another kind. Accepted are: {accepted}.")


def attach(
    *,
    to: Draft | Dossier,
    document: str,
    blob: Blob,
    filename: str,
    copy: int = Attachment.Copy.ELECTRONIC,
    by: Account | None,
    at: datetime,
    reused_from: str = "",
) -> Attachment:
    """Tie a file to a document of a draft, or of a dossier that may still receive papers.

    document  id in the procedure
    copy      `Attachment.Copy`: what was shown (an original at the counter, a copy, a file)

    Raises NotFound for a document that is not asked for, Invalid ("dossiers.file_not_accepted")
    for a kind of file that it does not accept.
    """
    at = moment(at)
    if isinstance(to, Draft):
        policy.require_edit_draft(by, to, local_date(at))
        require_open(to)
        procedure = store.get_procedure(to.procedure, to.procedure_version)
    else:
        procedure = procedure_of(to)
        _require_may_add(by, to, at)
    declared = _document(procedure, document)
    _require_accepted(declared, blob, to.language)
    if to.attachments.filter(document=document).count() >= MOST_FILES:
        sentence = format_lazy(TOO_MANY, most=MOST_FILES)
        raise Invalid(
            "dossiers.too_many_files", [Fault(document, "dossiers.too_many_files", sentence)], sentence
        )
    row = Attachment(
        document=document, blob=blob, filename=_file_name(filename, document), copy=copy, by=by.pk if by else None,
        at=at, reused_from=reused_from[:120],
    )  # fmt: skip
    if isinstance(to, Dossier):
        return _add(dossier=to, row=row, by=by, at=at)
    row.draft = to
    with transaction.atomic():
        lock_open(to)
        row.save(force_insert=True)
    return row


def hand_in(
    *,
    to: Draft | Dossier,
    document: str,
    pieces: Iterable[bytes],
    filename: str,
    copy: int = Attachment.Copy.ELECTRONIC,
    by: Account | None,
    at: datetime,
) -> Attachment:
    """Keep a file that was sent and tie it to a document; what cannot be tied is not kept either.

    Raises what `papers.actions.keep` and `attach` raise.
    """
    blob = keep(pieces, at, filename=filename)
    try:
        return attach(to=to, document=document, blob=blob, filename=filename, copy=copy, by=by, at=at)
    except Refused:
        forget([blob.pk])
        raise


def reuse(
    *, to: Draft, document: str, held: HeldPaper, by: Account | None, at: datetime
) -> Attachment | None:
    """Hand in again a paper that the house holds; None when it is a record without a file, which is not asked for."""
    if held.paper is None or held.paper.blob is None:
        return None
    already = to.attachments.filter(document=document, blob=held.paper.blob).first()
    if already is not None:
        return already
    return attach(
        to=to, document=document, blob=held.paper.blob, filename=f"{held.paper.number or document}.pdf",
        by=by, at=at, reused_from=f"{held.source} {held.paper.number}".strip(),
    )  # fmt: skip


def detach(*, attachment: Attachment, by: Account | None, at: datetime) -> None:
    """Take a file out of a draft again, or out of a dossier's supplement that was not yet sent.

    Raises NotFound for somebody else's, Refused once the dossier has gone on.
    """
    dossier = attachment.dossier
    if dossier is None:
        if attachment.draft is None:
            raise NotFound("dossiers.no_file", NO_FILE, attachment=attachment.pk)
        policy.require_edit_draft(by, attachment.draft, local_date(at))
        with transaction.atomic():
            lock_open(attachment.draft)
            attachment.delete()
        return
    _require_may_add(by, dossier, at)
    request = dossier.supplements.order_by("-sequence").first()
    own = by is not None and attachment.by == by.pk
    if not own or request is None or attachment.at < request.requested_at:
        raise not_now(dossier, "detach")
    _remove(dossier=dossier, attachment=attachment, by=by, at=moment(at))


@action
def _add(*, dossier: Dossier, row: Attachment, by: Account | None, at: datetime) -> Attachment:
    row.dossier = dossier
    row.save(force_insert=True)
    change(dossier, "dossiers.paper_added", {}, by=by, at=at, extra={"attachment": _told(row)})
    return row


@action
def _remove(*, dossier: Dossier, attachment: Attachment, by: Account | None, at: datetime) -> None:
    told = _told(attachment)
    attachment.delete()
    change(dossier, "dossiers.paper_removed", {}, by=by, at=at, extra={"attachment": told})


def _file_name(given: str, document: str) -> str:
    """Return the name under which a file is kept; that of its document when nothing of the given one can be."""
    try:
        return str(get_valid_filename(given.strip() or document))[:200]
    except SuspiciousFileOperation:
        return document


def _told(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "document": row.document,
        "blob": row.blob_id,
        "copy": int(row.copy),
        "reused_from": row.reused_from,
    }


def _require_may_add(by: Account | None, dossier: Dossier, at: datetime) -> None:
    """The citizen adds while a supplement is waited for; officers also until the decision."""
    on = local_date(at)
    if life.waits_for_citizen(dossier) and policy.is_own(by, dossier, on, may_act=True):
        return
    if by is None or by.kind == Account.Kind.CITIZEN:
        policy.require_own(by, dossier, on)
        raise not_now(dossier, "attach")
    # Helping is a right over a commune; which of its dossiers, the right to read them says.
    directory.require(by, "dossiers.read", unit=dossier.unit_id, procedure=dossier.procedure, on=on)
    permissions = ("dossiers.receive", "dossiers.examine", "drafts.help")
    if not any(
        directory.may(by, one, unit=dossier.unit_id, procedure=dossier.procedure, on=on)
        for one in permissions
    ):
        raise directory.refusal("dossiers.receive", by, unit=dossier.unit_id, procedure=dossier.procedure)
    if dossier.status in life.DONE:
        raise not_now(dossier, "attach")


def _document(procedure: Procedure, document: str) -> Document:
    for one in procedure.documents:
        if one.id == document:
            return one
    raise NotFound("dossiers.no_document", NO_DOCUMENT, procedure=procedure.id, document=document)


def _require_accepted(document: Document, blob: Blob, language: str) -> None:
    if TYPES.get(blob.media_type) not in document.accepts:
        sentence = format_lazy(
            NOT_ACCEPTED, document=document.title.of(language), accepted=", ".join(document.accepts)
        )
        fault = Fault(document.id, "dossiers.file_not_accepted", sentence)
        raise Invalid("dossiers.file_not_accepted", [fault], sentence)

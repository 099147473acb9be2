"""Helping somebody with their request: their consent, and opening their draft by its code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers import policy
from dinh.dossiers.models import Attachment, Draft
from dinh.dossiers.rules import numbers
from dinh.journal import access
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound, NotPermitted, Refused, Stale
from dinh.papers import blobs

CHANGED = _(
    "This request was changed in another window. What you typed is still here: look at the page again."
)
FILED = _("This request was already sent. Open the dossier to follow it.")
CONSENT_NEEDED = _("Ask the person for their consent and record it before you open their request.")
NOT_STAFF = _("Only an officer can open somebody's request by its code.")
PROOF = "consent_proof"  # stands where an attachment names a document of the procedure
CONSENT_WAYS = frozenset({"spoken", "written", "fingerprint", "drawn", "eid"})


def give_consent(
    *, draft: Draft, officer: Account, how: str, at: datetime, witness: str = "", by: Account | None = None
) -> Draft:
    """Record that the person lets an officer fill and send their request.

    how      "spoken", "written", "fingerprint", "drawn" (signed on a screen) or "eid" (confirmed with their
             electronic identity)
    witness  who heard it, when the person can neither sign nor write
    by       who recorded it; the officer when left out

    Raises NotPermitted when the officer does not help people in this commune.
    """
    directory.require(officer, "drafts.help", unit=draft.unit_id, on=local_date(at))
    require_open(draft)
    draft.helper = officer
    draft.consent = kept_consent(
        by or officer, {"how": how, "witness": witness, "officer": str(officer.pk)}, at
    )
    _guarded(draft, helper_id=officer.pk, consent=draft.consent, updated_at=at)
    return draft


def open_with_code(
    *, code: str, officer: Account, consent: Mapping[str, Any] | str | None, at: datetime
) -> Draft:
    """Open somebody's draft at the counter, with their consent, and leave a trace of it.

    code     as typed, read aloud or scanned
    consent  how it was given, or {"how": ..., "witness": ...}; needed unless the officer already has it

    Raises NotFound for a code that no open draft has, NotPermitted for a citizen or an officer of
    another commune, Refused ("dossiers.consent_needed") without consent.
    """
    if officer.kind == Account.Kind.CITIZEN:
        raise NotPermitted("dossiers.not_staff", NOT_STAFF, account=officer.pk)
    draft = (
        Draft.objects.select_related("unit", "account", "applicant", "person")
        .filter(code=numbers.clean_code(code))
        .first()
    )
    if draft is None:
        raise NotFound("dossiers.no_draft", policy.NO_DRAFT)
    directory.require(officer, "drafts.help", unit=draft.unit_id, on=local_date(at))
    require_open(draft)
    already = draft.helper_id == officer.pk and bool(draft.consent)
    if not already:
        given = {"how": consent} if isinstance(consent, str) else dict(consent or {})
        if given.get("how") not in CONSENT_WAYS:
            raise Refused("dossiers.consent_needed", CONSENT_NEEDED, draft=draft.pk)
        give_consent(draft=draft, officer=officer, how=given["how"], witness=given.get("witness", ""), at=at)
    access.opened(
        subject_type="draft", subject=draft.pk, by=officer, at=at, purpose=f"draft:{draft.pk}",
        person=draft.person_id, unit=draft.unit_id,
    )  # fmt: skip
    return draft


def kept_consent(by: Account, given: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    how = given.get("how")
    if how not in CONSENT_WAYS:
        raise Refused("dossiers.consent_needed", CONSENT_NEEDED)
    proof = {"proof": str(given["proof"])[:64]} if given.get("proof") else {}
    return {
        **proof,  # SHA-256 of what was drawn or recorded, kept in `papers`
        "how": how,
        "witness": str(given.get("witness") or "")[:120],
        "officer": str(given.get("officer") or by.pk),
        "recorded_by": str(given.get("recorded_by") or by.pk),  # who heard it, when somebody else files
        "at": str(given.get("given_at") or at.isoformat()),  # at a house, before the request arrived here
    }


def keep_proof(
    *, draft: Draft, content: bytes, kinds: Callable[[bytes], str | None], by: Account, at: datetime
) -> Attachment:
    """Keep what was drawn or recorded as consent with the request: as long as that is kept, so is its proof.

    kinds  tells from the first bytes what the file is, as for `papers.blobs.keep`, whose errors this raises
    """
    policy.require_edit_draft(by, draft, local_date(at))
    require_open(draft)
    blob = blobs.keep(content, at, kinds=kinds)
    return Attachment.objects.create(draft=draft, document=PROOF, blob=blob, filename=PROOF, by=by.pk, at=at)


def require_open(draft: Draft) -> None:
    if draft.dossier_id is not None:
        raise Refused("dossiers.already_filed", FILED, draft=draft.pk, dossier=draft.dossier_id)


def lock_open(draft: Draft) -> None:
    """Hold a draft until the transaction ends: what belongs to it does not change while it is filed.

    Raises Refused when it was filed meanwhile, NotFound when it was thrown away.
    """
    held = Draft.objects.select_for_update().filter(pk=draft.pk).only("dossier").first()
    if held is None:
        raise NotFound("dossiers.no_draft", policy.NO_DRAFT, draft=draft.pk)
    require_open(held)


def _guarded(draft: Draft, **columns: Any) -> None:
    changed = Draft.objects.filter(pk=draft.pk, version=draft.version).update(
        version=draft.version + 1, **columns
    )
    if not changed:
        raise Stale("dossiers.draft_changed", CHANGED, draft=draft.pk)
    draft.version += 1

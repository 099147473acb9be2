"""A request being filled: begun at home or at the counter, kept at each page.

Drafts write no journal entry; what they said, and who typed it, enters the journal
with the dossier. Opening somebody's draft by its code leaves an access row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.directory import policy as directory
from dinh.directory.models import Account, Unit
from dinh.dossiers import policy, prefill
from dinh.dossiers.actions.consent import CHANGED, kept_consent, require_open
from dinh.dossiers.models import Attachment, Channel, Draft
from dinh.dossiers.rules import answers as checking
from dinh.dossiers.rules import numbers
from dinh.dossiers.rules.answers import PageCheck
from dinh.dossiers.things import faults_of_things
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound, NotPermitted, Refused, Stale
from dinh.papers.actions import forget
from dinh.population.models import Person

DRAFT_DAYS = 30  # kept after the last answer
NOT_FOR_THEM = _("You may not ask for this person. Ask them to name you as the one who acts for them.")
NOT_FOR_OTHERS = _("This can only be asked for oneself.")


def begin_draft(
    *,
    procedure: Procedure | str,
    unit: Unit,
    account: Account | None,
    person: Person | None = None,
    channel: int = Channel.ONLINE,
    language: str = "vi",
    at: datetime,
    applicant: Person | None = None,
    helper: Account | None = None,
    consent: Mapping[str, Any] | None = None,
) -> Draft:
    """Begin a request and fill it with what the house already knows.

    account    citizen whose request it is; None for somebody without an account, at the counter
    person     whom it is about; the one who asks when left out
    applicant  who asks; the person of the account when left out
    helper     who begins it for them, with `consent` ({"how": ..., "witness": ...}): an officer of the commune at
               the counter, or a volunteer at a house of one of their villages (also of whom it is about), who
               needs the consent at once

    Raises NotPermitted when the account may not ask for that person, or the helper not help them.
    """
    declared = store.get_procedure(procedure) if isinstance(procedure, str) else procedure
    on = local_date(at)
    if applicant is None and account is not None and account.person is not None:
        applicant = Person.objects.filter(pk=account.person).first()
    applicant = applicant or person
    person = person or applicant
    if helper is None:
        _require_may_ask(declared, account, person, on)
    else:
        _require_may_help(helper, unit, policy.concerned(applicant, person), consent, at)
    draft = Draft(
        procedure=declared.id, procedure_version=declared.version, unit=unit, account=account,
        applicant=applicant, person=person, channel=channel, language=language, helper=helper,
        consent=kept_consent(helper, consent, at) if helper and consent else {},
        created_at=at, updated_at=at, expires_on=on + timedelta(days=DRAFT_DAYS),
    )  # fmt: skip
    purpose = f"draft:{draft.pk}"
    draft.answers = prefill.fill(
        declared, person, account, applicant=applicant, at=at, helper=helper, purpose=purpose
    )
    if helper is not None:
        for known in {one.pk: one for one in (applicant, person) if one is not None}.values():
            prefill.trace(known, helper, at=at, purpose=purpose)
    return _save_with_code(draft)


def save_page(
    *,
    draft: Draft,
    page_id: str,
    raw: Mapping[str, Any],
    by: Account | None,
    at: datetime,
    expected_version: int | None = None,
    sources: Mapping[str, str] | None = None,
) -> PageCheck:
    """Keep what was sent for one page, faulty or not, and say what must be changed.

    raw               field id -> as typed; see `rules.answers.check_page`
    expected_version  of the draft as the page showed it; without it the page is kept over what is there
    sources           field id -> "card" or "paper" for answers that were read, not typed

    The draft given is brought up to date. Answers that no condition asks for any more are dropped.
    Raises Stale when another window changed the draft since, Refused when it was filed.
    """
    on = local_date(at)
    policy.require_edit_draft(by, draft, on)
    with transaction.atomic():
        fresh = Draft.objects.select_for_update().get(pk=draft.pk)
        require_open(fresh)
        procedure = store.get_procedure(fresh.procedure, fresh.procedure_version)
        before = fresh.answers
        known = checking.plain_answers(before)
        check = checking.check_page(procedure, page_id, raw, known, on, fresh.language)
        check = replace(
            check, faults=(*check.faults, *faults_of_things(procedure, check.values, fresh.language))
        )
        after = _merged(before, check, by, at, sources or {})
        if after != before:
            after = prefill.refill(
                procedure, page_id, after, applicant=fresh.applicant, person=fresh.person, at=at,
                helper=by if by is not None and by.kind == Account.Kind.STAFF else None, purpose=f"draft:{fresh.pk}",
            )  # fmt: skip
            check = _without_what_is_known(check, after)
        same = after == before and (page_id in fresh.done_pages) == check.ok
        if not same and expected_version is not None and expected_version != fresh.version:
            raise Stale("dossiers.draft_changed", CHANGED, draft=fresh.pk)
        if not same:
            fresh.answers = after
            fresh.done_pages = _done(fresh.done_pages, page_id, check.ok)
            fresh.updated_at = at
            fresh.expires_on = on + timedelta(days=DRAFT_DAYS)
            fresh.warned_at = None
            fresh.version += 1
            fresh.save(
                update_fields=["answers", "done_pages", "updated_at", "expires_on", "warned_at", "version"]
            )
    for name in ("answers", "done_pages", "updated_at", "expires_on", "warned_at", "version"):
        setattr(draft, name, getattr(fresh, name))
    return check


def discard(*, draft: Draft, by: Account | None, at: datetime) -> None:
    """Throw a draft away with its answers; only its owner, or the helper of somebody without account."""
    owner = by is not None and draft.account_id == by.pk
    if not owner and draft.account_id is not None:
        raise NotFound("dossiers.no_draft", policy.NO_DRAFT, draft=draft.pk)
    policy.require_edit_draft(by, draft, local_date(at))
    let_go([draft.pk])
    if Draft.objects.filter(pk=draft.pk).exists():
        draft.refresh_from_db()
        require_open(draft)


def let_go(drafts: Sequence[UUID]) -> int:
    """Delete drafts with their answers, their files and what only they named; return how many.

    One that was filed meanwhile stays: it is the dossier's now.
    """
    with transaction.atomic():
        gone = Draft.objects.select_for_update().filter(pk__in=drafts, dossier=None)
        ids = list(gone.values_list("pk", flat=True))
        files = Attachment.objects.filter(draft__in=ids, dossier=None)
        blobs = set(files.values_list("blob_id", flat=True))
        files.delete()
        Draft.objects.filter(pk__in=ids).delete()
        forget(blobs)
    return len(ids)


def _require_may_ask(procedure: Procedure, account: Account | None, person: Person | None, on: date) -> None:
    if account is None or person is None or account.person == person.pk:
        return
    if not procedure.for_others:
        raise NotPermitted("dossiers.not_for_others", NOT_FOR_OTHERS, procedure=procedure.id)
    if account.person is None or not policy.represents(account.person, person.pk, procedure.id, on):
        raise NotPermitted("dossiers.not_for_them", NOT_FOR_THEM, procedure=procedure.id, person=person.pk)


def _require_may_help(
    helper: Account,
    unit: Unit,
    people: Sequence[Person | None],
    consent: Mapping[str, Any] | None,
    at: datetime,
) -> None:
    on = local_date(at)
    if directory.may(helper, "drafts.help", unit=unit.pk, on=on):
        return
    given = kept_consent(helper, consent, at) if consent else {}
    if not (given and policy.may_assist_all(helper, people, given, on)):
        raise directory.refusal("drafts.help", helper, unit=unit.pk)


def _done(pages: list[str], page_id: str, ok: bool) -> list[str]:
    if not ok:
        return [page for page in pages if page != page_id]
    return pages if page_id in pages else [*pages, page_id]


def _merged(
    before: Mapping[str, Any], check: PageCheck, by: Account | None, at: datetime, sources: Mapping[str, str]
) -> dict[str, Any]:
    """Return the answers with one page put in: what did not change keeps who gave it and when."""
    after = {key: one for key, one in before.items() if key not in check.hidden}
    for key, value in check.values.items():
        old = before.get(key)
        typed = check.typed.get(key)
        if old is not None and old.get("value") == value and old.get("typed") == typed:
            continue
        if value is None and typed is None and old is None:
            continue
        mark: dict[str, Any] = {
            "value": value,
            "source": sources.get(key, "typed"),
            "by": str(by.pk) if by else None,
            "at": at.isoformat(),
        }
        if typed is not None:
            mark["typed"] = typed
        if old is not None and (old.get("source") == "register" or "register" in old):
            # The register's value stays beside a correction: at filing it becomes a finding.
            mark["register"] = old["register"] if "register" in old else old["value"]
            mark["from"] = old.get("from", "")
            if mark["register"] == value:
                mark["source"] = "register"
                del mark["register"]
        after[key] = mark
    return after


def _without_what_is_known(check: PageCheck, after: Mapping[str, Any]) -> PageCheck:
    """Return the check without "must be answered" where a number on the page let the house answer."""
    known = {
        fault.path
        for fault in check.faults
        if fault.code == "dossiers.answer_missing" and after.get(fault.path, {}).get("value") is not None
    }
    if not known:
        return check
    return replace(
        check,
        faults=tuple(fault for fault in check.faults if fault.path not in known),
        values={**check.values, **{key: after[key]["value"] for key in known}},
    )


def _save_with_code(draft: Draft) -> Draft:
    for _attempt in range(5):
        draft.code = numbers.draft_code()
        try:
            with transaction.atomic():
                draft.save(force_insert=True)
        except IntegrityError:
            if not Draft.objects.filter(code=draft.code).exists():
                raise
        else:
            return draft
    raise Refused("dossiers.no_code", _("No free code was found. Try again."))

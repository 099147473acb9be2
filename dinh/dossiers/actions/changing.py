"""What every act on a dossier has in common: the guarded write, the step, the entry.

An act says which columns change; the row, its version and the body of the journal
entry then say the same, so that the row stays the fold of its entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dinh.catalogue import store
from dinh.catalogue.shapes.procedure import Procedure, TimeLimit
from dinh.catalogue.shapes.procedure import Step as DeclaredStep
from dinh.directory.models import Account
from dinh.dossiers import policy
from dinh.dossiers.models import Dossier, Step
from dinh.dossiers.rules import life
from dinh.journal.actions import record
from dinh.lib.dates import local_date
from dinh.lib.errors import Broken, Refused, Stale

CHANGED = _("Somebody acted on this dossier before you. Open it again to see where it stands.")
NOT_NOW = _("This cannot be done now: the dossier has moved on. Open it again to see where it stands.")
EXCLUDED = _(
    "You did an earlier step of this dossier, and this procedure asks for two different persons. "
    "Leave this step to a colleague."
)


@dataclass(frozen=True)
class Doing:
    """A step being done by a member of staff: where, by whom, in which role."""

    procedure: Procedure
    step: DeclaredStep
    by: Account
    acting: policy.Acting


def moment(at: datetime) -> datetime:
    """Return an instant as the journal keeps it: to the millisecond, so that row and entry agree."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def procedure_of(dossier: Dossier) -> Procedure:
    """Return the procedure in the version under which the dossier was filed."""
    return store.get_procedure(dossier.procedure, dossier.procedure_version)


def limit_of(dossier: Dossier, procedure: Procedure) -> TimeLimit:
    """Return the time limit that holds: the longer one of the procedure once verification was found necessary."""
    return procedure.extension if dossier.extended_at and procedure.extension else procedure.time_limit


def begin_step(
    dossier: Dossier, verb: str, kind: str, *, by: Account, at: datetime, step: DeclaredStep | None = None
) -> Doing:
    """Check that a member of staff may now do `verb`, an act of a step of a kind.

    step  at which it is done; the step that waits when left out

    Raises Refused ("dossiers.not_now") when the life of the dossier does not lead there,
    NotPermitted without the right or role, Refused ("dossiers.excluded") when the person did
    a step that excludes this one.
    """
    procedure = procedure_of(dossier)
    require_verb(dossier, procedure, verb)
    step = step or life.step_of(procedure, dossier.step)
    if step is None or step.kind != kind:
        raise not_now(dossier, verb)
    acting = policy.acting_at(by, dossier, procedure, step, local_date(at))
    if verb in {"receive", "examine", "approve", "reject", "return_result"}:
        other = policy.excluded(dossier, procedure, step, by)
        if other:
            raise Refused("dossiers.excluded", EXCLUDED, dossier=dossier.pk, step=step.id, earlier=other)
    return Doing(procedure, step, by, acting)


def require_verb(dossier: Dossier, procedure: Procedure, verb: str) -> None:
    """Raise Refused ("dossiers.not_now") unless the life of the dossier allows the verb now."""
    if verb not in life.next_verbs(dossier, procedure):
        raise not_now(dossier, verb)


def not_now(dossier: Dossier, verb: str) -> Refused:
    """Return the refusal of an act that does not follow from where the dossier stands."""
    return Refused(
        "dossiers.not_now",
        NOT_NOW,
        dossier=dossier.pk,
        verb=verb,
        status=int(dossier.status),
        step=dossier.step,
    )


def change(
    dossier: Dossier,
    kind: str,
    columns: Mapping[str, Any],
    *,
    by: Account | None,
    at: datetime,
    version: int | None = None,
    on_behalf_of: UUID | None = None,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Write columns of a dossier and the entry that says so.

    columns  attribute name ("holder_id") -> value
    version  that the person saw; the row's own when left out
    extra    more for the entry's body, beside "set"

    Raises Stale when somebody else acted since, Broken for a status that may not follow.
    """
    if not life.may_follow(dossier.status, columns.get("status", dossier.status)):
        raise Broken(
            "dossiers.no_such_transition", dossier=dossier.pk, before=dossier.status, after=columns["status"]
        )
    seen = dossier.version if version is None else version
    if not Dossier.objects.filter(pk=dossier.pk, version=seen).update(version=seen + 1, **columns):
        raise Stale("dossiers.changed", CHANGED, dossier=dossier.pk, version=seen)
    for name, value in {**columns, "version": seen + 1}.items():
        setattr(dossier, name, value)
    record(
        kind,
        subject=dossier,
        at=at,
        by=by.pk if by else None,
        unit=dossier.unit_id,
        on_behalf_of=on_behalf_of,
        body={"set": dict(columns), **(extra or {})},
    )


def do_step(
    dossier: Dossier,
    doing: Doing,
    verb: str,
    kind: str,
    columns: Mapping[str, Any],
    *,
    at: datetime,
    on_site: bool,
    note: str = "",
    version: int | None = None,
    on_behalf_of: UUID | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Step:
    """Write a step with its change: who did it, in which role, when, and whether at the centre.

    on_behalf_of  whose wish it is; the one whose signature is used when left out
    """
    since = dossier.waiting_since
    told = {
        "verb": verb,
        "step": doing.step.id,
        "role": doing.acting.role,
        "on_site": on_site,
        "started_at": since,
        "note": note,
    }
    change(
        dossier, kind, columns, by=doing.by, at=at, version=version,
        on_behalf_of=on_behalf_of or doing.acting.delegated_by, extra={"done": told, **(extra or {})},
    )  # fmt: skip
    step = Step(
        dossier=dossier,
        sequence=dossier.version,  # grows with every act, so steps keep their order
        step=doing.step.id,
        verb=verb,
        role=doing.acting.role,
        actor=doing.by,
        delegated_by=doing.acting.delegated_by,
        on_site=on_site,
        started_at=since,
        done_at=at,
        note=note,
    )
    step.save(force_insert=True)
    return step


def to_step(step: DeclaredStep | None, before: DeclaredStep | None, at: datetime) -> dict[str, Any]:
    """Return the columns that make a dossier wait for a step, in nobody's hands."""
    return {
        "step": step.id if step else "",
        "local_status": life.local_status_at(step, before),
        "waiting_since": at,
        "holder_id": None,
    }


def all_columns(dossier: Dossier) -> dict[str, Any]:
    """Return every column but `id` and `version`, for the entry that makes the row."""
    return {
        one.attname: getattr(dossier, one.attname)
        for one in Dossier._meta.concrete_fields
        if one.attname not in {"id", "version"}
    }

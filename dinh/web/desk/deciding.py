"""What the chair sees of a file before signing: one line, and every risk in words.

A risk is a fact that a careful reader would want to know; it never stops the signature. What stops one
(`blocked`) is only what the procedure forbids, usually to approve what one has examined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Procedure
from dinh.dossiers.actions.changing import EXCLUDED
from dinh.dossiers.models import Dossier, Proposal
from dinh.dossiers.rules import clock, life
from dinh.web.components.states import show_state
from dinh.web.desk import saying
from dinh.web.desk.rows import key_of

NAMED = re.compile(r"\{([a-z0-9_.]+)\}")


@dataclass(frozen=True)
class File:
    """One line of the chair's page."""

    id: UUID
    version: int
    number: str
    key: str
    title: str
    line: str
    applicant: str
    state: str
    due: str
    risks: tuple[str, ...] = ()
    blocked: str = ""
    result: str = ""  # what became of it, after "approve"
    done: bool = False
    heavy: bool = field(default=False)  # has a risk: not part of "mark all without risk"


def files(dossiers: Iterable[Dossier], me: UUID, done: Mapping[UUID, set[str]], now: datetime) -> list[File]:
    """Return the lines.

    me    who decides
    done  dossier id -> steps of it that they did themselves
    """
    language = get_language() or "vi"
    return [_file(one, me, done.get(one.pk, set()), now, language) for one in dossiers]


def _file(dossier: Dossier, me: UUID, done: set[str], now: datetime, language: str) -> File:
    procedure = store.get_procedure(dossier.procedure, dossier.procedure_version)
    risks = tuple(risks_of(dossier, procedure, now, language))
    blocked = str(EXCLUDED) if _excludes(dossier, procedure, me, done) else ""
    return File(
        id=dossier.pk,
        version=dossier.version,
        number=dossier.number,
        key=key_of(dossier.number, dossier.pk),
        title=procedure.title.of(language),
        line=summary(dossier, procedure, language),
        applicant=dossier.applicant_name,
        state=show_state(clock.state_of(dossier, now), "", language),
        due=saying.moment(dossier.due_at, language),
        risks=risks,
        blocked=blocked,
        heavy=bool(risks) or bool(blocked),
    )


def _excludes(dossier: Dossier, procedure: Procedure, me: UUID, done: set[str]) -> bool:
    """Say whether a step that one did oneself forbids the decision that waits."""
    waiting = life.step_of(procedure, dossier.step)
    if waiting is None or waiting.kind != "approve":
        return False
    own = [life.Done(step.id, step.kind, me) for step in procedure.steps if step.id in done]
    return bool(life.excluded_by(procedure, waiting, me, own))


def summary(dossier: Dossier, procedure: Procedure, language: str) -> str:
    """Return the one line of a file, from the procedure's `summary_line` and its answers."""
    fields = layout.fields(procedure)

    def said(match: re.Match[str]) -> str:
        declared = fields.get(match.group(1))
        given = dossier.answers.get(match.group(1), {}).get("value")
        return saying.answer(declared, given, language) if declared else ""

    line = NAMED.sub(said, procedure.summary_line)
    return " ".join(line.replace(" ,", ",").strip(" ,;").split()) or dossier.applicant_name


def risks_of(dossier: Dossier, procedure: Procedure, now: datetime, language: str) -> Iterable[str]:
    """Yield what should be known before signing, most serious first."""
    if dossier.proposal == Proposal.REFUSE:
        yield _("The examiner proposes to refuse.")
    if clock.state_of(dossier, now) == "late":
        yield _("Late: it was due on %(date)s.") % {"date": saying.moment(dossier.due_at, language)}
    for finding in dossier.findings:
        yield saying.finding(finding, procedure, language)
    corrected = [key for key, one in dossier.answers.items() if "before" in one]
    if corrected:
        number = len(corrected)
        yield ngettext("%(n)s answer was corrected.", "%(n)s answers were corrected.", number) % {"n": number}
    if dossier.supplement_count > 1:
        yield _("A supplement was asked more than once: it counts as late.")
    if dossier.local_status == life.SUPPLEMENTED:
        yield _("The supplement came in after examination.")

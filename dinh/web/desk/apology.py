"""Tell a citizen that the office is late, why, and until when it promises to be done (form 04, once a dossier).

The act changes nothing in the life of the dossier; its entry says what was promised, and the notice that
carries it names that entry as its cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.dossiers.actions.changing import change, moment
from dinh.dossiers.models import Dossier
from dinh.dossiers.notices import emails_of
from dinh.dossiers.queries import verbs_for
from dinh.dossiers.rules import clock
from dinh.journal.actions import action, current_entry_id
from dinh.journal.models import Entry
from dinh.lib.dates import local_date, show_date
from dinh.lib.errors import Fault, Invalid, Refused
from dinh.messages.actions import notify
from dinh.web.desk.doing import DOINGS

KIND = "dossiers.apologised"
ONCE = gettext_lazy("The citizen was already told, with a new date. The law knows one such letter.")
NOT_LATE = gettext_lazy("This dossier is not late, or its next step is a colleague's.")
PAST = gettext_lazy("The new date lies in the past. Promise a day that can be kept.")


def may_apologise(dossier: Dossier, verbs: Sequence[str], at: datetime) -> bool:
    """Say whether a person with these verbs may send the letter: it is late and its next step is theirs."""
    late = clock.state_of(dossier, at) == "late"
    return late and any(DOINGS[verb].main for verb in verbs if verb in DOINGS) and not was_sent(dossier)


def was_sent(dossier: Dossier) -> bool:
    """Say whether the letter went out before. One query."""
    return Entry.objects.filter(subject=dossier.pk, kind=KIND).exists()


@action
def apologise(
    *, dossier: Dossier, reason: str, promised: date, by: Account, at: datetime, version: int | None = None
) -> None:
    """Send the letter and record it.

    promised  local date by which the office promises to be done; today at the earliest

    Raises Invalid for a day that is past, Refused when it is not late or was sent before, Stale.
    """
    at = moment(at)
    if was_sent(dossier):
        raise Refused("desk.already_apologised", ONCE, dossier=dossier.pk)
    if not may_apologise(dossier, verbs_for(dossier, by, at=at), at):
        raise Refused("desk.not_late", NOT_LATE, dossier=dossier.pk)
    if promised < local_date(at):
        raise Invalid("desk.promise_is_past", [Fault("promised", "desk.promise_is_past", PAST)], PAST)
    told = {"reason": reason, "promised": promised.isoformat()}
    change(dossier, KIND, {}, by=by, at=at, version=version, extra=told)
    with override(dossier.language):
        title, body = _letter(dossier, reason, promised, by)
    notify(
        account=dossier.account_id, person=dossier.applicant_id, subject_type="dossier", subject=dossier.pk, kind=KIND,
        cause=current_entry_id(), title=title, body=body, language=dossier.language, emails=emails_of(dossier), at=at,
    )  # fmt: skip


def _letter(dossier: Dossier, reason: str, promised: date, by: Account) -> tuple[str, str]:
    procedure = store.get_procedure(dossier.procedure, dossier.procedure_version)
    known = {
        "name": dossier.applicant_name,
        "title": procedure.title.of(dossier.language),
        "number": dossier.number,
        "due": show_date(local_date(dossier.due_at), dossier.language) if dossier.due_at else "",
        "promised": show_date(promised, dossier.language),
        "reason": reason,
        "officer": by.full_name,
        "position": by.title,
    }
    title = _("We are late with your request %(number)s, and we apologise") % known
    body = _(
        "Dear %(name)s,\n\nYour request “%(title)s” (%(number)s) was due on %(due)s. We did not manage it, and we "
        "apologise.\n\nWhy: %(reason)s\n\nWe promise the result by %(promised)s. You need not do anything.\n\n"
        "%(officer)s\n%(position)s"
    )
    return title, (body % known).strip()

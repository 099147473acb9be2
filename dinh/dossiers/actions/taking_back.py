"""Taking back a paper that was issued wrongly: its code then says so to whoever checks it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dinh.directory import policy as directory
from dinh.directory.models import Account
from dinh.dossiers.actions.changing import change, moment
from dinh.dossiers.actions.reception import required_reason
from dinh.dossiers.models import Dossier
from dinh.journal.actions import action
from dinh.lib.dates import local_date
from dinh.lib.errors import NotFound
from dinh.papers import actions as papers
from dinh.papers.models import Paper

NO_PAPER = _("There is no such paper in this dossier.")


@action
def take_back_paper(
    *, dossier: Dossier, paper: Paper, reason: str, by: Account, at: datetime, version: int | None = None
) -> Paper:
    """Take back an issued paper and return it. The dossier stays as it ended; the citizen is told by the notices.

    reason  shown on the check page and told to the citizen

    Raises NotPermitted without `papers.revoke` over the dossier, NotFound for a paper of another dossier, Invalid
    without a reason, Refused unless the paper is issued, Stale.
    """
    at = moment(at)
    directory.require(
        by, "papers.revoke", unit=dossier.unit_id, procedure=dossier.procedure, on=local_date(at)
    )
    if paper.subject != dossier.pk:
        raise NotFound("dossiers.no_paper", NO_PAPER, dossier=dossier.pk, paper=paper.pk)
    reason = required_reason(reason)
    change(
        dossier, "dossiers.paper_taken_back", {}, by=by, at=at, version=version,
        extra={"paper": paper.pk, "title": paper.title, "reason": reason},
    )  # fmt: skip
    return papers.revoke(paper=paper, because=reason, by=by, at=at)

"""Whose dossiers are when places change: they keep unit, number, clock and version; drafts will be filed anew."""

from __future__ import annotations

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.touched import Table, Way, register
from dinh.dossiers.models import Dossier, Draft, Status

_OPEN = Q(status__in=[
    Status.SUBMITTED, Status.ACCEPTED, Status.IN_PROCESS, Status.SUPPLEMENT, Status.FINANCIAL, Status.FINISHED
])  # fmt: skip

register(
    Table(
        "dossiers.dossier", _("dossiers"), Dossier, Way.STAYS, label="number", reads="dossiers.read", subject="dossier",
        due="due_at", open=_OPEN,
        sums={"open": Count("pk", filter=_OPEN), "fees_vnd": Sum("fee_vnd"), "finished": Count("finished_at")},
    ),
    Table("dossiers.draft", _("drafts of requests"), Draft, Way.FOLLOWS, living=Q(dossier=None)),
)  # fmt: skip

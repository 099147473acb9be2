"""Whose papers are when places change: an issued paper keeps what it says, and is verified as before."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.touched import Table, Way, register
from dinh.papers.models import Paper

_WAITS = Q(state__in=[Paper.State.REQUESTED, Paper.State.FAILED])

register(
    Table(
        "papers.paper", _("papers"), Paper, Way.STAYS, label="title", reads="dossiers.read", subject="paper",
        due="requested_at", open=_WAITS, waits=_("not drawn yet"),
        sums={"issued": Count("issued_at")}, depends=~Q(subject_type="unitchange"),  # not the proof of the change itself
    )
)  # fmt: skip

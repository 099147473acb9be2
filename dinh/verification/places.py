"""Whose verifications are when places change: they belong to the books that were verified, and stay with them."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from dinh.directory.changes.touched import Table, Way, register
from dinh.verification.models import Finding, Match, Rate, Submission
from dinh.verification.words import called

_OPEN = Q(state=Finding.State.OPEN)

register(
    Table("verification.submission", _("verifications"), Submission, Way.STAYS),
    Table("verification.match", _("verified lines"), Match, Way.STAYS),
    Table(
        "verification.finding", _("findings to decide"), Finding, Way.STAYS, label="code", says=called, reads="verification.decide", open=_OPEN,
        sums={"open": Count("pk", filter=_OPEN)},
    ),
    Table("verification.finding.village", _("findings to decide"), Finding, Way.STAYS, "village", again=True),
    Table("verification.rate", _("rates of registers"), Rate, Way.STAYS),
)  # fmt: skip

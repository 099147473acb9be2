"""What was corrected in a register, each correction once, for an agency's own system that takes it over from a cursor on.

The cursor is a position of the journal's log. One sealer gives positions, of what is committed, in the order in which it
finds it (`journal.sealer`): a correction whose transaction ends late gets a late position, and none is passed over. The
numbers of `Version` could not say so: a database hands them out before the commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, OuterRef

from dinh.directory.scopes import Scope
from dinh.journal.models import Entry, Position, Stream
from dinh.registers.models import Version


@dataclass(frozen=True)
class Corrected:
    """Corrections after a cursor, oldest first.

    rows  each with its record, and what the record said before
    next  the cursor to ask with next time
    """

    rows: list[tuple[Version, Mapping[str, Any]]]
    next: int


def corrected_since(register: str, scope: Scope, since: int, limit: int) -> Corrected:
    """Return at most `limit` corrections that were sealed after a cursor; 0 begins with the first.

    The caller shows them to somebody, and so writes `journal.access.listed`. Four queries.
    """
    log = Position.objects.filter(node=settings.DINH_NODE, stream=Stream.LOG)
    # Asked first: what is sealed meanwhile stands behind it, and is not passed over either.
    last = log.aggregate(last=Max("position"))["last"] or 0
    mine = Version.objects.filter(provenance="correction", record__register=register)
    if not scope.everything:
        mine = mine.filter(record__unit__in=scope.units)
    written = mine.filter(record=OuterRef("subject"), version=OuterRef("subject_version"))
    acts = Entry.objects.filter(Exists(written), pk=OuterRef("item"), subject_type="record")
    found = log.filter(Exists(acts), position__gt=since, position__lte=last).order_by("position")
    places = list(found.values_list("position", "item")[:limit])
    entries = Entry.objects.filter(pk__in=[item for _position, item in places])
    of = {
        id: (record, version)
        for id, record, version in entries.values_list("pk", "subject", "subject_version")
    }
    versions = {
        (one.record_id, one.version): one
        for one in Version.objects.filter(
            record__in={record for record, _version in of.values()}
        ).select_related("record")
    }
    rows = []
    for _position, item in places:
        record, version = of[item]
        before = versions.get((record, version - 1))
        rows.append((versions[record, version], before.data if before else {}))
    whole = len(places) < limit
    return Corrected(rows, max(last, since) if whole else places[-1][0])

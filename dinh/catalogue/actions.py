"""Publishing: every version that was ever in force is kept, and never changes again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from dinh.catalogue.digest import FORMAT, Versioned, digest
from dinh.catalogue.models import Published
from dinh.catalogue.shapes.figures import Indicator, Measure
from dinh.journal.actions import action, record
from dinh.lib.errors import Fault, Invalid
from dinh.lib.ids import natural_id

if TYPE_CHECKING:
    from dinh.catalogue.contents import Catalogue


@dataclass
class Declared:
    """A published version as the journal sees it: written once, never changed."""

    pk: UUID
    version: int = 1


def publish(catalogue: Catalogue, at: datetime, by: UUID | None = None) -> list[Published]:
    """Keep every version of the catalogue that is not kept yet; return the new ones.

    Raises Invalid ("catalogue.version_reused"), before anything is written, with a fault for
    each item whose version was published with another legal effect. One query, and two
    writes for each new version.
    """
    kept = {
        (row["kind"], row["item"], row["version"]): row["digest"]
        for row in Published.objects.values("kind", "item", "version", "digest")
    }
    earlier = {(kind, item) for kind, item, _version in kept}
    new, faults = [], []
    for kind, item in _versioned(catalogue):
        found = kept.get((kind, item.id, item.version))
        if found is None:
            new.append((kind, item))
            if (kind, item.id) in earlier and _begins_in_mid_year(item):
                faults.append(_mid_year(kind, item))
        elif found != digest(item):
            faults.append(_reused(kind, item))
    if faults:
        raise Invalid("catalogue.version_reused", faults)
    return [_publish_one(kind=kind, item=item, at=at, by=by) for kind, item in new]


def _versioned(catalogue: Catalogue) -> list[tuple[str, Versioned]]:
    return [
        *(("procedure", item) for item in catalogue.procedures.values()),
        *(("register", item) for item in catalogue.registers.values()),
        *(("measure", item) for item in catalogue.measures.values()),
        *(("indicator", item) for item in catalogue.indicators.values()),
        *(("activity", item) for item in catalogue.activities.values()),
    ]


@action
def _publish_one(*, kind: str, item: Versioned, at: datetime, by: UUID | None) -> Published:
    row = Published(
        kind=kind, item=item.id, version=item.version, format=FORMAT, digest=digest(item),
        content=item.model_dump(mode="json"), published_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    subject = Declared(natural_id("published", kind, item.id, item.version))
    body = {"kind": kind, "item": item.id, "version": item.version, "digest": row.digest}
    record("catalogue.published", subject=subject, at=at, by=by, body=body)
    return row


def _begins_in_mid_year(item: Versioned) -> bool:
    return isinstance(item, Measure | Indicator) and (item.valid_from.month, item.valid_from.day) != (1, 1)


def _mid_year(kind: str, item: Versioned) -> Fault:
    message = _(
        "Figures of one year are counted in one way: a new version begins on 1 January, "
        "and the one before stays in force until then."
    )
    return Fault(f"{kind}s/{item.id}.toml: valid_from", "catalogue.formula_in_mid_year", message)


def _reused(kind: str, item: Versioned) -> Fault:
    message = _(
        "Version %(version)s was already published with another legal effect. "
        "Give the change a version of its own."
    ) % {"version": item.version}
    folder = {"activity": "activities"}.get(kind, f"{kind}s")
    return Fault(f"{folder}/{item.id}.toml: version", "catalogue.version_reused", message)

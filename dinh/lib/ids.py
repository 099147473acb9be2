"""Identity of rows: UUIDv7 for what happens here, uuid5 of the natural key for reference rows.

UUIDv7 (RFC 9562) sorts by time, so new rows stay together in an index. A
reference row (a unit, a list entry) has the same id on every node.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from uuid_utils import compat

NAMESPACE = UUID("6d9f3b1e-6e1c-5b0a-9a57-0d1f4c0d1a11")


def uuid7() -> UUID:
    """Return a new time-ordered UUID."""
    return compat.uuid7()


def natural_id(*key: object) -> UUID:
    """Return the id of the reference row with this natural key, equal on all nodes.

    key  the parts of the natural key in a fixed order, e.g. ("unit", "02746", date(2025, 7, 1))
    """
    return uuid5(NAMESPACE, "/".join(str(part) for part in key))


def as_uuid(value: object) -> UUID | None:
    """Return an id that came in a form or an address; None when it is none."""
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None

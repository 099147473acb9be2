"""What is hashed of an entry, of an access row and of a seal.

A leaf covers the position and every column of the row; of a body it covers the
salted digest only, so that a legal erasure of the body leaves the leaf whole.
Rows are read by SQL that gives the same plain values on SQLite and PostgreSQL:
UUIDs as 32 hex digits, times as whole microseconds since 1970 in UTC.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from dinh.journal.actions import canonical
from dinh.journal.models import Stream

Row = tuple[Any, ...]

# Column, and how it is brought to a plain value.
_ENTRY = (
    ("id", "uuid"),
    ("node", ""),
    ("kind", ""),
    ("v", ""),
    ("subject_type", ""),
    ("subject", "uuid"),
    ("subject_version", ""),
    ("unit", "uuid"),
    ("actor", "uuid"),
    ("on_behalf_of", "uuid"),
    ("cause", "uuid"),
    ("at", "time"),
    ("body_digest", ""),
    ("salt", ""),
    ("body", "json"),
)
_ACCESS = (
    ("id", "uuid"),
    ("node", ""),
    ("kind", ""),
    ("at", "time"),
    ("actor", "uuid"),
    ("unit", "uuid"),
    ("subject_type", ""),
    ("subject", "uuid"),
    ("person", "uuid"),
    ("purpose", ""),
    ("query_digest", ""),
    ("count", ""),
    ("shown", "json"),
)
TABLES = {Stream.LOG: "journal_entry", Stream.ACCESS: "journal_access"}
_COLUMNS = {Stream.LOG: _ENTRY, Stream.ACCESS: _ACCESS}
_AT = {Stream.LOG: 11, Stream.ACCESS: 3}
_EPOCH = datetime(1970, 1, 1)  # naive, like the texts that SQLite keeps


def uuid_sql(column: str, vendor: str) -> str:
    """Return the SQL that gives a UUID column as 32 hex digits."""
    return f"replace({column}::text, '-', '')" if vendor == "postgresql" else column


def columns_sql(stream: str, vendor: str, table: str = "t") -> str:
    """Return the select list for rows of this stream, in the order that the functions here expect."""
    result = []
    for name, kind in _COLUMNS[Stream(stream)]:
        column = f'{table}."{name}"'
        if kind == "uuid":
            column = uuid_sql(column, vendor)
        elif vendor == "postgresql" and kind == "time":
            column = f"(extract(epoch from {column}) * 1000000)::bigint"
        elif vendor == "postgresql" and kind == "json":
            column = f"{column}::text"
        result.append(column)
    return ", ".join(result)


def leaf(stream: str, position: int, row: Row) -> bytes:
    """Return the leaf hash of a row read with `columns_sql`, standing at `position`."""
    return entry_leaf(position, row) if stream == Stream.LOG else access_leaf(position, row)


def entry_leaf(position: int, row: Row) -> bytes:
    """Return the leaf hash of an entry: the position, every header column and the body's digest."""
    header = ["entry", 1, position, *row[:11], microseconds(row[11]), bytes(row[12]).hex()]
    return hashlib.sha256(b"\x00" + canonical(header)).digest()


def access_leaf(position: int, row: Row) -> bytes:
    """Return the leaf hash of an access row: the position and every column."""
    header = ["access", 1, position, *row[:3], microseconds(row[3]), *row[4:12], json.loads(row[12])]
    return hashlib.sha256(b"\x00" + canonical(header)).digest()


def body_holds(row: Row) -> bool:
    """Return whether an entry's body is the one its digest was made of; an erased body holds."""
    digest, salt, body = row[12], row[13], row[14]
    if body is None or salt is None:
        return body is None and salt is None
    salt, digest = bytes(salt), bytes(digest)
    if hashlib.sha256(salt + body.encode()).digest() == digest:  # SQLite keeps the bytes that were hashed
        return True
    return hashlib.sha256(salt + canonical(json.loads(body))).digest() == digest


def erased(row: Row) -> bool:
    """Return whether a legal erasure emptied this entry."""
    return row[14] is None


def at_of(stream: str, row: Row) -> int:
    """Return when the row was written, in microseconds."""
    return microseconds(row[_AT[Stream(stream)]])


def microseconds(value: int | str | datetime) -> int:
    """Return whole microseconds since 1970 in UTC of a time as either database gives it."""
    if isinstance(value, int):
        return value
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if moment.tzinfo is not None:  # without a zone it is as SQLite keeps it, in UTC
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def seal_head(
    *,
    node: str,
    epoch: int,
    stream: str,
    number: int,
    first_position: int,
    last_position: int,
    root: bytes | memoryview,
    previous: bytes | memoryview,
    key_id: str,
    at: datetime,
) -> bytes:
    """Return a seal's head: the hash of all its columns, the head before among them."""
    header = [
        "seal", 1, node, epoch, str(stream), number, first_position, last_position,
        bytes(root).hex(), bytes(previous).hex(), key_id, microseconds(at),
    ]  # fmt: skip
    return hashlib.sha256(b"\x02" + canonical(header)).digest()

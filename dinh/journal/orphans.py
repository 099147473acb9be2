"""Rows that no seal and no queue knows: put straight into the database, or taken out of the queue."""

from __future__ import annotations

from django.db import connection

from dinh.journal import leaves
from dinh.journal.models import Stream, Unsealed


def count_rows() -> None:
    """Let PostgreSQL count the journal's rows: a plan made for empty tables takes minutes on full ones."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in (*leaves.TABLES.values(), "journal_position", "journal_unsealed", "journal_seal"):
                cursor.execute(f"ANALYZE {table}")


def find(node: str) -> list[tuple[str, str]]:
    """Return at most one (stream, id) per stream of a row that is neither sealed nor queued."""
    found = []
    for stream, table in leaves.TABLES.items():
        with connection.cursor() as cursor:
            # One statement, one snapshot: an item on its way from the queue to its position is in one of them.
            cursor.execute(
                f"SELECT {leaves.uuid_sql('t.id', connection.vendor)} FROM {table} t "  # noqa: S608
                "WHERE t.node = %s AND NOT EXISTS ("
                "SELECT 1 FROM journal_position p WHERE p.node = t.node AND p.stream = %s AND p.item = t.id"
                ") AND NOT EXISTS (SELECT 1 FROM journal_unsealed u WHERE u.item = t.id) LIMIT 1",
                [node, str(stream)],
            )
            found += [(str(stream), row[0]) for row in cursor.fetchall()]
            cursor.execute(
                f"SELECT {leaves.uuid_sql('u.item', connection.vendor)} FROM journal_unsealed u "  # noqa: S608
                f"WHERE u.stream = %s AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = u.item) LIMIT 1",
                [str(stream)],
            )
            found += [(str(stream), row[0]) for row in cursor.fetchall()]
    return found


def unsealed_position(node: str, stream: str) -> int | None:
    """Return the first position after the last seal, which no seal covers; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(p.position) FROM journal_position p WHERE p.node = %s AND p.stream = %s "
            "AND p.position > (SELECT coalesce(max(s.last_position), 0) FROM journal_seal s "
            "WHERE s.node = %s AND s.stream = %s)",
            [node, str(stream), node, str(stream)],
        )
        found: int | None = cursor.fetchone()[0]
    return found


def queued() -> int:
    """Return how many items wait for the sealer."""
    return Unsealed.objects.filter(stream__in=Stream.values).count()

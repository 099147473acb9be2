"""A key given by a caller: the same key is answered the same way again, and done once.

A key is for repeating what got no answer: a click, a lost connection, a device back in coverage. After a week nobody
repeats, and it goes. What was done stays done: a draft that was filed is still the same dossier, key or no key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from dinh.journal.models import IdempotencyKey
from dinh.lib.errors import Refused

KEPT = timedelta(days=7)
BATCH = 1000  # rows of one deletion, so that whoever files meanwhile never waits for long


class KeyReused(Refused):
    """The key was used before for another request. The caller must take a new key."""

    status = 422


def once(scope: str, key: str, digest: str, at: datetime, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do it once, and return what it answered the first time.

    scope   what the key is unique in, e.g. "dossiers.file:ACCOUNT"
    digest  of what is asked; another digest under the same key is refused
    do      does the work and returns a JSON answer; in one transaction with the key, so that
            either both stand or none. What it raises passes through and frees the key.

    Two callers at the same moment: the second waits for the first and gets its answer.
    """
    with transaction.atomic():
        if not _taken(scope, key, digest, at):
            return _answered(scope, key, digest)
        answer = do()
        IdempotencyKey.objects.filter(scope=scope, key=key).update(answer=answer)
        return answer


def _taken(scope: str, key: str, digest: str, at: datetime) -> bool:
    """Say whether the key is ours now: one statement, where trying to save needs a savepoint around it."""
    values = {"scope": scope, "key": key, "digest": digest, "answer": {}, "at": at}
    names = ", ".join(values)
    sql = (
        f"INSERT INTO {IdempotencyKey._meta.db_table} ({names}) VALUES (%s, %s, %s, %s, %s) "  # noqa: S608
        "ON CONFLICT (scope, key) DO NOTHING"
    )
    fields = {field.name: field for field in IdempotencyKey._meta.local_concrete_fields}
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [fields[name].get_db_prep_save(value, connection) for name, value in values.items()]
        )
        return bool(cursor.rowcount)


def _answered(scope: str, key: str, digest: str) -> dict[str, Any]:
    known = IdempotencyKey.objects.get(scope=scope, key=key)
    if known.digest != digest:
        raise KeyReused(
            "journal.key_reused",
            _("This was already sent with other content. Reload the page and look."),
            scope=scope,
        )
    answer: dict[str, Any] = known.answer
    return answer


def forget_old(at: datetime) -> int:
    """Delete the keys older than `KEPT`, the oldest first, a batch at a time; return how many."""
    old = IdempotencyKey.objects.filter(at__lt=at - KEPT).order_by("pk").values_list("pk", flat=True)
    count = 0
    while batch := list(old[:BATCH]):
        count += IdempotencyKey.objects.filter(pk__in=batch).delete()[0]
    return count

"""Tasks as a telephone lists them, in the member's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from dinh.catalogue import store
from dinh.catalogue.shapes.task import TaskRule
from dinh.directory.models import Account
from dinh.work.models import Assignment
from dinh.work.queries.tasks import last_day

MOST = 2_000  # tasks in one telephone, the most urgent
CHUNK = 500


def open_tasks(account: Account, villages: Sequence[UUID], on: date) -> QuerySet[Assignment]:
    """Return what is to be done in these villages, by whoever comes by or by this member, and what is theirs elsewhere."""
    mine = Q(assignee=account) | Q(assignee__isnull=True, village__in=villages)
    return Assignment.objects.filter(mine, state=Assignment.State.READY, expires_on__gte=on)


def rows(tasks: QuerySet[Assignment], language: str) -> list[dict[str, Any]]:
    """Return tasks as they are told, the most urgent first. One query."""
    return [_row(one, language) for one in tasks.order_by("priority", "due_on", "pk")[:MOST]]


def told(
    account: Account, villages: Sequence[UUID], changed: Iterable[UUID] | None, on: date, language: str
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the tasks to keep and those to drop.

    changed  tasks to look at; None: all
    """
    mine = open_tasks(account, villages, on)
    if changed is None:
        return rows(mine, language), []
    ids = list(changed)
    kept = [
        row
        for start in range(0, len(ids), CHUNK)
        for row in rows(mine.filter(pk__in=ids[start : start + CHUNK]), language)
    ]
    there = {row["id"] for row in kept}
    return kept, [str(pk) for pk in ids if str(pk) not in there]


def _row(task: Assignment, language: str) -> dict[str, Any]:
    rule = store.get().tasks.get(task.rule)
    row: dict[str, Any] = {
        "id": str(task.pk),
        "v": task.version,
        "kind": task.rule,
        "household": str(task.household) if task.household else None,
        "person": str(task.subject) if task.subject_type == "person" else None,
        "subject": {"type": task.subject_type, "id": str(task.subject)},
        "opens": task.opens_on.isoformat(),
        "due": last_day(task).isoformat(),
        "expires": task.expires_on.isoformat(),
        "priority": task.priority,
        "state": task.state,
        "title": rule.title.of(language) if rule else str(task.words.get("said", "")),
        "why": rule.sentence.of(language) if rule else "",
        "act": act_of(rule),
        "skip": list(rule.skip_reasons) if rule else [],
    }
    if task.subject_type == "dossier":
        row["dossier"] = str(task.subject)
    if rule and rule.procedure:
        row["procedure"] = rule.procedure
    return row


def act_of(rule: TaskRule | None) -> str:
    """Return what the button of a task opens: "file", "result", "answer" or "visit"."""
    if rule is None:
        return "visit"
    if rule.procedure:
        return "file"
    if "brought" in rule.resolved_by:
        return "result"
    return "answer" if "told" in rule.resolved_by else "visit"

"""What may be counted of work: tasks of the teams, and questions of people under their owner."""

from __future__ import annotations

from dinh.database import published
from dinh.database.published import Column, View, local_date
from dinh.population.published import PLACES, SPELL


def _tasks(vendor: str) -> str:
    return f"""
    SELECT a.id, a.unit_id AS unit, a.village_id AS village, a.rule, a.state, nullif(a.reason, '') AS reason,
        a.opens_on, a.due_on, {local_date(vendor, "a.done_at")} AS done_on, (a.done_by_id IS NOT NULL) AS by_somebody
    FROM work_assignment AS a"""  # noqa: S608


def _questions(vendor: str) -> str:
    answered = local_date(vendor, "q.answered_at")
    return f"""
    SELECT q.id, q.unit_id AS unit, CAST(NULL AS {"uuid" if vendor == "postgresql" else "text"}) AS village,
        q.kind, q.state, {local_date(vendor, "q.opened_at")} AS since, {answered} AS until, q.due_on,
        CASE WHEN q.answered_at IS NOT NULL THEN {answered} <= q.due_on END AS on_time
    FROM work_issuecard AS q"""  # noqa: S608


published.register(
    View(
        "facts_tasks",
        "Tasks of the teams, made by rules or asked for by people",
        "assignment", "outreach.lead",
        ("work.made", "work.done", "work.skipped", "work.expired", "work.cancelled", "work.asked", "work.put_off"),
        (
            *PLACES,
            Column("rule", "text", "id of the task rule"),
            Column("state", "text", '"ready", "done", "skipped", "expired" or "cancelled"'),
            Column("reason", "text", "code of list `skip_reasons`, of a skipped one"),
            Column("opens_on", "date", "the first day on which it can be done"),
            Column("due_on", "date", "the day by which it should be"),
            Column("done_on", "date", "the day on which it was done or put aside"),
            Column("by_somebody", "boolean", "somebody settled it, not the node by itself"),
        ),
        _tasks,
    ),
    View(
        "facts_questions",
        "Questions grouped from what people said, each with an owner and a day by which it is answered",
        "issuecard", "work.answer", ("work.card_",),
        (
            *PLACES,
            Column("kind", "text", "code of list `difficulty_kinds`"),
            Column("state", "text", '"open", "answered" or "closed"'),
            *SPELL,
            Column("due_on", "date", "the day by which it is answered"),
            Column("on_time", "boolean", "of an answered one: by the day it was due"),
        ),
        _questions,
    ),
)  # fmt: skip

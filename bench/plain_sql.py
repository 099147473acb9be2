"""The same rows by plain SQL: what the database alone asks for a filing and for a whole life.

One finished life of the node is read; its rows are then written again under other keys, act
by act, each act in one transaction, through the driver alone. The difference to the node
is what Django, the rules, the pages and the network cost.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

ACTS = ("dossiers.filed", "dossiers.received", "dossiers.examined", "dossiers.approved", "dossiers.returned")


def measure(lives: int) -> dict[str, Any]:
    """Return the median milliseconds of a filing and of a whole life, and the CPU of this process for each."""
    acts = _acts_of_a_life()
    filing: list[float] = []
    whole: list[float] = []
    filing_cpu = whole_cpu = 0.0
    for _ in range(lives):
        cpu, began = time.process_time(), time.perf_counter()
        keys: dict[str, str] = {}
        for at, rows in enumerate(acts):
            _write(rows, keys)
            if at == 0:
                filing.append(time.perf_counter() - began)
                filing_cpu += time.process_time() - cpu
        whole.append(time.perf_counter() - began)
        whole_cpu += time.process_time() - cpu
    return {
        "lives": lives,
        "rows": sum(len(rows) for rows in acts),
        "filing_ms": 1000 * sorted(filing)[lives // 2],
        "filing_cpu_ms": 1000 * filing_cpu / lives,
        "life_ms": 1000 * sorted(whole)[lives // 2],
        "life_cpu_ms": 1000 * whole_cpu / lives,
        "pid": os.getpid(),
    }


Row = tuple[str, dict[str, Any]]


def _acts_of_a_life() -> list[list[Row]]:
    """Return (table, row) of each act of one returned dossier, in the order in which they were written."""
    dossier = _rows(
        "dossiers_dossier",
        "status = 10 AND EXISTS (SELECT 1 FROM dossiers_step s WHERE s.dossier_id = dossiers_dossier.id)",
    )[0][1]
    key = dossier["id"]
    entries = {row["kind"]: row for _table, row in _rows("journal_entry", "subject = %s", [key])}
    steps = {row["verb"]: row for _table, row in _rows("dossiers_step", "dossier_id = %s", [key])}
    papers = _rows("papers_paper", "subject = %s", [key])
    written: list[list[Row]] = [
        [*_rows("dossiers_draft", "dossier_id = %s", [key]), ("dossiers_dossier", dossier)]
    ]
    for verb in ("receive", "examine", "approve", "return"):
        written.append([("dossiers_step", steps[verb])])
    written[1] += [paper for paper in papers if paper[1]["template"] == "receipt"]
    written[3] += [paper for paper in papers if paper[1]["template"] != "receipt"]
    written[3] += _rows("dossiers_result", "dossier_id = %s", [key])
    for kind, rows in zip(ACTS, written, strict=True):
        entry = entries[kind]
        rows += [("journal_entry", entry), ("journal_unsealed", {"item": entry["id"], "stream": "log"})]
    return written


def _rows(table: str, condition: str, values: list[Any] | None = None) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" WHERE {condition}', values or [])  # noqa: S608  names are ours
        names = [one[0] for one in cursor.description]
        return [(table, dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


UNIQUE = {"dossiers_draft": "code", "dossiers_dossier": "number", "papers_paper": "check_code"}
OWN_KEY = {"dossiers_step": "id"}  # given by the database


def _write(rows: list[Row], keys: dict[str, str]) -> None:
    """Write the rows of one act in one transaction, under keys of their own."""
    statements = [_statement(table, row, keys) for table, row in rows]
    raw = connection.connection
    if connection.vendor == "sqlite":
        raw.execute("BEGIN IMMEDIATE")
        for text, values in statements:
            raw.execute(text.replace("%s", "?"), values)
        raw.execute("COMMIT")
        return
    with raw.transaction(), raw.cursor() as cursor:
        for text, values in statements:
            cursor.execute(text, values)


def _statement(table: str, row: dict[str, Any], keys: dict[str, str]) -> tuple[str, list[Any]]:
    kept = {name: value for name, value in row.items() if name != OWN_KEY.get(table)}
    for name, value in kept.items():
        kept[name] = _again(name, value, keys)
    if table in UNIQUE:
        kept[UNIQUE[table]] = uuid4().hex[:12]
    names = ", ".join(f'"{name}"' for name in kept)
    blanks = ", ".join(["%s"] * len(kept))
    return f'INSERT INTO "{table}" ({names}) VALUES ({blanks})', list(kept.values())  # noqa: S608


def _again(name: str, value: Any, keys: dict[str, str]) -> Any:
    """Return a value for the copy: a new key for the rows of the life, the same for what they point at."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    if name in {"id", "item", "subject", "dossier_id", "paper_id", "cause"} and value is not None:
        text = str(value)
        fresh = keys.setdefault(text, uuid4().hex)
        return UUID(fresh) if isinstance(value, UUID) else fresh
    return value

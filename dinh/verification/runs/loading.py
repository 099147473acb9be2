"""Load an answer: matches of the rows that changed, the person of certain rows, findings, rates.

1. `merged.py` puts the engine's answer beside the records and keeps the result as `loaded.parquet`.
2. Only rows that differ from the answer that the tables hold are written, some thousand to a transaction, so that
   others write in between. While they are being written no answer counts as held (`files.current`): a run that was
   killed writes all rows again, to the same effect.
3. Findings of each written row are created, kept, reopened or marked as gone (`reconciling`).
4. Contradictions come then, those too that other registers declare against this one; rates come last.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from dinh.catalogue.shapes.register import Register
from dinh.registers.imports import bulk
from dinh.verification.engine.reasons import CRITERIA
from dinh.verification.engine.summary import rate
from dinh.verification.models import Finding, Match, Rate, Submission
from dinh.verification.runs import contradictions, files, reconciling
from dinh.verification.runs.merged import CERTAIN, Merged, MergedRow
from dinh.verification.runs.proposing import Proposer
from dinh.verification.runs.wanted import Wanted, wanted_of

PORTION = 500  # rows of a transaction: it holds SQLite's writer well below a third of a second
MATCH = (
    "record_id", "submission_id", "register", "unit_id", "commune", "record_version", "person_id", "second_id", "verdict",
    "score", "margin", "dung", "du", "sach", "song", "reasons", "proposed",
)  # fmt: skip
Tell = Callable[[str], None]


def load(
    row: Submission, shape: Register, summary: dict[str, Any], *, on: date, at: datetime, tell: Tell
) -> None:
    """Load the answer of a verification of records into the tables; adds to the summary what was written."""
    held = _held(row)
    files.set_current(row.register, row.unit_id, None)
    written = gone = 0
    first = not Match.objects.filter(register=row.register, unit=row.unit_id).exists()
    with Merged(row, shape) as merged:
        merged.make(held)
        proposer = Proposer(shape, row.unit_id, on)
        for portion in merged.changed():
            _write(row, shape, portion, proposer, at, first)
            written += len(portion)
        for ids in merged.gone() if held else _left_over(row, merged):
            _remove(ids)
            gone += len(ids)
        tell("contradictions")
        found = contradictions.reconcile(shape, row.unit_id, on=on, at=at)
        if written or gone:
            contradictions.reconcile_others(shape.id, row.unit_id, on=on, at=at)
        whole = _rates(row, merged, at)
        # As the register counts them, not the engine.
        summary["verdicts"], summary["reasons"] = whole.verdicts, whole.reasons
        summary["criteria"] = {name: rate(getattr(whole, name), whole.rows) for name in CRITERIA}
    summary["loaded"] = {"written": written, "gone": gone, "contradictions": found}
    files.set_current(row.register, row.unit_id, row.pk)


def _held(row: Submission) -> Submission | None:
    """Return the verification whose answer the tables hold in full, with its files; None: everything is written."""
    id = files.current(row.register, row.unit_id)
    done = (
        Submission.objects.filter(pk=id, state=Submission.State.DONE).first() if id and not row.full else None
    )
    if done is None or not (files.answer(done).parent / "loaded.parquet").exists():
        return None
    mine = Submission.objects.filter(register=row.register, unit=row.unit_id, source=row.source)
    last = mine.filter(state=Submission.State.DONE).order_by("-finished_at", "-pk").first()
    return done if last == done else None  # a restored database holds an older answer than the files say


def _write(
    row: Submission,
    shape: Register,
    portion: Sequence[MergedRow],
    proposer: Proposer,
    at: datetime,
    first: bool,
) -> None:
    """Write a portion; of a first verification nothing is there that would have to make room."""
    lines: list[tuple[Any, ...]] = []
    people: list[tuple[str | None, str]] = []
    wanted: dict[UUID, list[Wanted]] = {}
    for one in portion:
        proposed = proposer.fields_of(one)
        lines.append(_line(row, one, proposed))
        if one.takes_person:
            people.append((one.pid if one.verdict in CERTAIN else None, one.rid))
        wanted[UUID(one.rid)] = wanted_of(shape, one, proposed, proposer)
    ids = [one.rid for one in portion]
    with transaction.atomic():
        # Read under lock: an officer may decide one of them at this moment.
        existing = [] if first else reconciling.existing(list(wanted))
        plan = reconciling.plan(wanted, existing, row.register, row.unit_id, at)
        if not first:
            _delete(ids)
        bulk.insert(Match, MATCH, lines)
        _set_people(people)
        reconciling.write(plan)


def _line(row: Submission, one: MergedRow, proposed: dict[str, Any]) -> tuple[Any, ...]:
    return (
        one.rid, bulk.uuid_text(row.pk), row.register, bulk.uuid_text(row.unit_id), one.commune, one.version, one.pid,
        one.second_pid, one.verdict, one.score, one.margin, one.dung, one.du, one.sach, one.song,
        json.dumps(one.reasons), json.dumps(proposed, ensure_ascii=False),
    )  # fmt: skip


def _delete(ids: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("delete from verification_match where record_id = any(%s::uuid[])", [list(ids)])
        else:
            cursor.executemany("delete from verification_match where record_id = %s", [[id] for id in ids])


def _set_people(people: Sequence[tuple[str | None, str]]) -> None:
    """Say of certain rows whose they are, so that the person finds them; of rows that no longer are, nobody's.

    Only of rows that a file or another system brought, or that say nobody's: what a dossier said stays.
    """
    if not people:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "update registers_record set person_id = %s where id = %s"
            " and (person_id is null or provenance in ('import', 'exchange'))",
            people,
        )


def _remove(ids: Sequence[str]) -> None:
    """Take out matches of records that are not in force any more; their findings are gone."""
    with transaction.atomic():
        _delete(ids)
        mine = Finding.objects.filter(record__in=[UUID(id) for id in ids], state=Finding.State.OPEN)
        mine.exclude(kind=Finding.Kind.CONTESTED).update(state=Finding.State.GONE)


def _left_over(row: Submission, merged: Merged) -> Iterator[list[str]]:
    """Yield, in portions, the records that have a match and are not in the answer."""
    here = Match.objects.filter(register=row.register, unit=row.unit_id)
    closed = here.exclude(record__state="valid").values_list("record", flat=True)
    ids = [str(bulk.uuid_text(id)) for id in closed]
    for start in range(0, len(ids), PORTION):
        yield ids[start : start + PORTION]


def _rates(row: Submission, merged: Merged, at: datetime) -> Rate:
    """Write the rates of all rows and of each commune, once; return that of all rows."""
    common = {"submission": row, "register": row.register, "unit_id": row.unit_id, "at": at}
    rates = [Rate(**common, **figures) for figures in merged.rates()]
    with transaction.atomic():
        Rate.objects.filter(submission=row).delete()
        Rate.objects.bulk_create(rates, batch_size=500)
    return next(one for one in rates if not one.commune)

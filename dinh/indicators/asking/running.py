"""One SQL question answered for one person: rows by right are laid out, a child process asks them, nothing else is there.

1. Views named in the statement are laid out as files that hold the rows the person may list (`extracts`).
2. A child process without environment, database or network loads them, shuts the door and answers (`children`, `child`).
3. What takes too long is killed. At most two questions of a node are answered at once.
4. Each run is written into the journal: who, digest of the statement, views, number of rows; never the statement.
"""

from __future__ import annotations

import fcntl
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from dinh.database import published
from dinh.database.published import View
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.indicators.asking import children, extracts
from dinh.indicators.queries.questions import ASK
from dinh.lib.dates import local_date
from dinh.lib.errors import Refused

MOST_ROWS = 100_000
AT_ONCE, WAIT_SECONDS = 2, 5.0
LONGEST = 20_000
ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
LINE = re.compile(r"^LINE (\d+): ", re.MULTILINE)
SAID: Mapping[str, Any] = {
    "nothing": _("Write a question that begins with SELECT."),
    "several": _("Ask one question at a time: one SELECT, without anything after its semicolon."),
    "not_select": _("Only SELECT is answered here: nothing can be written, opened, installed or set."),
    "forbidden": _("Files, other databases and the network are shut here. Only the tables beside the question can be read."),
    "memory": _("This needs more memory than one question may use. Take fewer columns or rows, or group them first."),
    "time": _("This took longer than 10 seconds and was stopped. Take fewer rows, or join by equal columns."),
    "too_large": _("The answer is too large to be shown. Ask for fewer columns or rows."),
    "too_many": _("A view has more than two million rows in your reach. Ask by figures instead."),
    "syntax": _("The question cannot be understood at the place that is marked."),
    "names": _("A table, column or function of this name is not here. Names can be copied from the list beside."),
    "no_right": _("The question names a view whose rows your roles do not let you list. The views beside it are yours."),
    "other": _("The question could not be answered."),
    "broken": _("The question could not be answered: its process ended. Nothing else was touched."),
    "too_long": _("The question is longer than 20,000 signs."),
    "busy": _("Others are asking just now. Try again in a moment; the question is kept."),
}  # fmt: skip


class NotAnswered(Refused):
    """A question that has no answer. `said`: DuckDB's own words with a mark under the place, or ""; `line`: of it, or 0."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(f"indicators.sql_{code}", SAID[code])
        self.said = said
        found = LINE.search(said)
        self.line = int(found[1]) if found else 0


@dataclass(frozen=True)
class Answer:
    """Columns with their types, rows, whether there are more than may be shown, and how long it took."""

    columns: tuple[tuple[str, str], ...]
    rows: list[list[Any]]
    more: bool
    views: tuple[str, ...]
    seconds: float


def run(sql: str, account: Account, *, at: datetime, language: str = "vi", most: int = MOST_ROWS) -> Answer:
    """Return the answer to a statement over the rows that an account may list.

    Raises NotPermitted; NotAnswered (codes of SAID). The caller journals it (`actions.asked.asked_sql`).
    """
    on = local_date(at)
    policy.require(account, ASK, on=on)
    if len(sql) > LONGEST:
        raise NotAnswered("too_long")
    began = time.perf_counter()
    known = extracts.views_for(account, on)
    named = named_in(sql, known)
    if len(named) < len(named_in(sql, published.views())):
        raise NotAnswered("no_right")
    with turn():
        extracts.sweep(time.time())
        try:
            tables = [(name, str(extracts.of_view(known[name], account, on, _pack))) for name in named]
        except extracts.TooMany:
            raise NotAnswered("too_many") from None
        if _names(sql, extracts.PLACES):
            tables.append((extracts.PLACES, str(extracts.of_places(account, on, language, _pack))))
        if _names(sql, extracts.CODES):
            tables.append((extracts.CODES, str(extracts.of_codes(language, _pack))))
        question = {"sql": sql, "rows": min(most, MOST_ROWS), "bytes": children.MOST_BYTES}
        told = children.ask(tables, question)
    children.get_ready()  # who asks once asks again
    if "error" in told:
        raise NotAnswered(told["error"], told["said"])
    columns = tuple((name, kind) for name, kind in told["columns"])
    return Answer(columns, told["rows"], told["more"], tuple(named), time.perf_counter() - began)


def named_in(sql: str, known: Mapping[str, View]) -> list[str]:
    """Return the views whose name stands anywhere in a statement; one too many costs time alone."""
    return [name for name in known if _names(sql, name)]


def ids_in(answer: Answer) -> list[UUID]:
    """Return the ids that an answer holds, whatever its columns are called: of rows, and of places."""
    cells = (cell for row in answer.rows for cell in row if isinstance(cell, str))
    return list(dict.fromkeys(UUID(cell) for cell in cells if ID.fullmatch(cell)))


def _names(sql: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", sql, re.IGNORECASE) is not None


def parquet(
    rows: Iterable[Sequence[Any]], columns: Sequence[tuple[str, str]], notes: Mapping[str, str]
) -> bytes:
    """Return rows as a Parquet file that carries notes about itself.

    columns  (name, type of DuckDB); None in a row is null
    notes    simple names -> words, kept as metadata of the file
    """
    source = extracts.folder() / f"{uuid4().hex}.csv"
    target = source.with_suffix(".new")
    try:
        extracts.write(source, rows)
        _pack(source, target, columns, notes)
        return target.read_bytes()
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)


def _pack(
    source: Path, target: Path, columns: Sequence[tuple[str, str]], notes: Mapping[str, str] | None = None
) -> None:
    task = {"source": str(source), "target": str(target), "columns": columns, "notes": dict(notes or {})}
    if "error" in children.pack(task):
        raise NotAnswered("broken")


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one of the places in which questions are answered. Raises NotAnswered ("busy")."""
    folder = extracts.folder()
    until = time.monotonic() + WAIT_SECONDS
    while True:
        for number in range(AT_ONCE):
            with open(folder / f"{number}.lock", "wb") as place:
                try:
                    fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue
                yield
                return
        if time.monotonic() > until:
            raise NotAnswered("busy")
        time.sleep(0.1)

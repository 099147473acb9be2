"""Verify again only what changed: rows of the register, and rows that a changed person touches.

A later run takes from an answer's state (`state`) all that no change touches, and verifies the rest with the same
weights. Copies are looked for among all rows anew, or, when only changes are asked for, among those that share a
person or their keys with a row that changed (`changes`); so the answer equals that of a full run with the same
weights and key file.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.utils.translation import gettext as _

from dinh.lib.errors import Invalid
from dinh.verification.engine import linking, rows, state
from dinh.verification.engine.formats import refuse
from dinh.verification.engine.intake import Source
from dinh.verification.engine.tables import Connection, kind, scalar
from dinh.verification.engine.weights import Weights


def weights_of(previous: Path) -> tuple[Weights, str]:
    """Return the weights of an earlier answer and the mark of its population. Raises Invalid without them."""
    note = previous.with_name(previous.name + ".json")
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        return Weights.from_json(json.dumps(told["weights"])), str(told["population_mark"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = _("The earlier answer lacks its summary (%s). Run once without --since.") % note.name
        raise refuse(previous, "no_summary", message) from error


def changed(con: Connection, source: Source, previous: Path) -> list[Path]:
    """Create `few`: the rows of the file that are not as before; `again` (r): their places; `gone`: numbers that left.

    Returns the states of the earlier answer. Raises Invalid when two rows have the same number.
    """
    states = state.attach(con, previous)
    mine, theirs = kind(con, f"(SELECT {rows.row_id(source)} AS rid FROM {source.table})", "rid"), "before"
    if kind(con, "before", "rid") != mine:  # numbers that became text, or the other way round
        theirs = f"(SELECT * REPLACE (TRY_CAST(rid AS {mine}) AS rid) FROM before)"
        con.execute(f"CREATE OR REPLACE TEMP TABLE retyped AS FROM {theirs}")
        con.execute("CREATE OR REPLACE TEMP VIEW before AS FROM retyped")
    digest = rows.digest(con, source)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE few AS SELECT f.* EXCLUDE (digest_) FROM"
        f" (SELECT *, {digest} AS digest_ FROM {source.table}) f"
        " ANTI JOIN (SELECT digest FROM before) b ON b.digest = f.digest_"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE again AS SELECT file_row_number::INTEGER AS r FROM few")
    _leave(con, source)
    return states


def _leave(con: Connection, source: Source) -> None:
    """Create `gone`, and see to it that every number stands once: then each meets one earlier row at most."""
    numbers = f"(SELECT {rows.row_id(source)} AS rid FROM {source.table})"
    once = scalar(con, "SELECT count(*) FROM state0.about WHERE rid_twice") == 0
    sums = "count(*), sum(hash(rid)), bit_xor(hash(rid))"  # equal for the same numbers, whatever their order
    if (
        once
        and con.execute(f"SELECT {sums} FROM {numbers}").fetchall()
        == con.execute(f"SELECT {sums} FROM before").fetchall()
    ):
        con.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT rid FROM before WHERE false")
        return
    here, there, pairs = con.execute(
        f"SELECT count(f.rid), count(b.rid), count(*) FROM {numbers} f FULL JOIN (SELECT rid FROM before) b ON b.rid = f.rid"
    ).fetchall()[0]
    new = f"(SELECT {rows.row_id(source)} AS rid FROM few)"
    once = scalar(con, f"SELECT count(DISTINCT rid) FROM {new}") == scalar(con, "SELECT count(*) FROM few")
    if not once or here != source.rows or there != scalar(con, "SELECT count(*) FROM before"):
        raise _twice(con, source, numbers)
    left = f" ANTI JOIN {numbers} f ON f.rid = b.rid" if pairs > here else " WHERE false"
    con.execute(f"CREATE OR REPLACE TEMP TABLE gone AS SELECT b.rid FROM before b{left}")


def _twice(con: Connection, source: Source, numbers: str) -> Invalid:
    found = con.execute(
        f"SELECT rid FROM {numbers} GROUP BY rid HAVING count(*) > 1 OR rid IS NULL LIMIT 1"
    ).fetchall()
    message = _("Two rows have the number %s; without numbers of their own, rows cannot be told apart.")
    return refuse(source.path, "twice", message % (found[0][0] if found else ""))


def touched(con: Connection) -> None:
    """Add to `again` the rows of `reg` that share a number or a block with a person of `moved`; keep only these in `reg`."""
    on = linking.meeting()
    on.append("EXISTS (FROM decided d WHERE d.rid = r.rid::VARCHAR AND d.pid = b.pid::VARCHAR)")
    found = " UNION ".join(f"SELECT r.r FROM reg r JOIN moved b ON {condition}" for condition in on)
    con.execute(f"CREATE OR REPLACE TEMP TABLE again AS SELECT r FROM again UNION {found}")
    con.execute("CREATE OR REPLACE TEMP TABLE less AS SELECT * FROM reg SEMI JOIN again USING (r)")
    con.execute("DROP TABLE reg; ALTER TABLE less RENAME TO reg")


def merge(con: Connection, source: Source) -> None:
    """Put what is kept of the state beside what was verified again, in `told`."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE now AS SELECT file_row_number::INTEGER AS r, {rows.row_id(source)} AS rid"
        f" FROM {source.table}"
    )
    state.keep(con, with_kept("before b JOIN now n ON n.rid = b.rid ANTI JOIN again a ON a.r = n.r"))


def with_kept(kept: str) -> str:
    """Return the query of `told` and of rows of `before` (as b, with their place as n), not yet known as copies."""
    return f"SELECT * FROM told UNION ALL BY NAME SELECT b.* REPLACE (n.r AS r, false AS copied) FROM {kept}"

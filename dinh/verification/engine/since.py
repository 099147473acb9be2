"""Verify again only what changed: rows of the register, and rows that a changed person touches.

Beside an answer stands its state, OUT.state: what was found of every row before rows were compared with each
other. A later run takes from it all that no change touches, verifies the rest with the same weights, and looks
for copies among all rows anew; so the answer equals that of a full run with the same weights and key file.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.utils.translation import gettext as _

from dinh.verification.engine import decisions, linking, rows
from dinh.verification.engine.formats import refuse
from dinh.verification.engine.intake import Source
from dinh.verification.engine.tables import Connection, kind, literal, scalar
from dinh.verification.engine.weights import Weights


def state_of(out: Path) -> Path:
    """Return where the state of an answer stands."""
    return out.with_name(out.name + ".state")


def save(con: Connection, part: Path) -> None:
    """Write the state of the rows of `told` to the file `part`."""
    con.execute(
        f"COPY (SELECT t.* EXCLUDE (r), s.second_pid FROM told t LEFT JOIN second_pids s USING (r))"
        f" TO {literal(str(part))} (FORMAT parquet, COMPRESSION snappy)"
    )


def weights_of(previous: Path) -> tuple[Weights, str]:
    """Return the weights of an earlier answer and the mark of its population. Raises Invalid without them."""
    note = previous.with_name(previous.name + ".json")
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        found = Weights.from_json(json.dumps(told["weights"])), str(told["population_mark"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = _("The earlier answer lacks its summary (%s). Run once without --since.") % note.name
        raise refuse(previous, "no_summary", message) from error
    if not state_of(previous).exists():
        message = (
            _("The earlier answer lacks its state (%s). Run once without --since.") % state_of(previous).name
        )
        raise refuse(previous, "no_state", message)
    return found


def changed(con: Connection, source: Source, previous: Path) -> int:
    """Create `now` (r, rid, digest) of the file, `before` of the state, and `again` (r): rows that are not as before.

    Returns how many rows are to be verified again. Raises Invalid when two rows have the same number.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE now AS SELECT file_row_number::INTEGER AS r, {rows.row_id(source)} AS rid,"
        f" {decisions.marked(con, rows.row_id(source), rows.digest(source))} AS digest FROM {source.table}"
    )
    twice = con.execute("SELECT rid FROM now GROUP BY rid HAVING count(*) > 1 LIMIT 1").fetchall()
    if twice:
        message = (
            _("Two rows have the number %s; without numbers of their own, rows cannot be told apart.")
            % twice[0][0]
        )
        raise refuse(source.path, "twice", message)
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW before AS SELECT * REPLACE (TRY_CAST(rid AS {kind(con, 'now', 'rid')}) AS rid)"
        f" FROM read_parquet({literal(str(state_of(previous)))})"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE again AS SELECT n.r FROM now n ANTI JOIN before b ON b.rid = n.rid AND b.digest = n.digest"
    )
    return scalar(con, "SELECT count(*) FROM again")


def touched(con: Connection) -> None:
    """Add to `again` the rows of `reg` that share a number or a block with a person of `moved`; keep only these in `reg`."""
    on = linking.meeting()
    on.append("EXISTS (FROM decided d WHERE d.rid = r.rid::VARCHAR AND d.pid = b.pid::VARCHAR)")
    found = " UNION ".join(f"SELECT r.r FROM reg r JOIN moved b ON {condition}" for condition in on)
    con.execute(f"CREATE OR REPLACE TEMP TABLE again AS SELECT r FROM again UNION {found}")
    con.execute("CREATE OR REPLACE TEMP TABLE few AS SELECT * FROM reg SEMI JOIN again USING (r)")
    con.execute("DROP TABLE reg; ALTER TABLE few RENAME TO reg")


def merge(con: Connection) -> None:
    """Put what is kept of the state beside what was verified again, in `told` and `second_pids`."""
    kept = "before b JOIN now n ON n.rid = b.rid ANTI JOIN again a ON a.r = n.r"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE second_pids AS SELECT r, second_pid FROM second_pids UNION ALL"
        f" SELECT n.r, b.second_pid FROM {kept} WHERE b.second_pid IS NOT NULL"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE told AS SELECT * FROM told UNION ALL BY NAME"
        f" SELECT n.r, b.* EXCLUDE (second_pid) FROM {kept}"
    )

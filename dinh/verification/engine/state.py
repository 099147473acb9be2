"""What a later run needs of an answer: OUT.state, a DuckDB file that is attached and read in part, never copied.

Its table `told` says what was found of every row, and whether the row was a copy of an earlier one; it is written there
from the start, not copied there at the end. `tally` and `by_reason` are what the summary counts. The state of an answer that holds changes alone has only these rows,
`gone` with the numbers of rows that left the file, and the states that it builds on.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from dinh.verification.engine.formats import refuse
from dinh.verification.engine.tables import Connection, literal, scalar


def state_of(out: Path) -> Path:
    """Return where the state of an answer stands."""
    return out.with_name(out.name + ".state")


def begin(con: Connection, part: Path) -> None:
    """Attach the state in the making as `saved`."""
    con.execute(f"ATTACH {literal(str(part))} AS saved")


def keep(con: Connection, query: str) -> None:
    """Make the rows of the query the state's `told`, which is called so from now on."""
    con.execute(f"CREATE TABLE saved.told AS {query}")
    shown(con)


def shown(con: Connection) -> None:
    """Let `told` be the table of the state."""
    con.execute("DROP TABLE IF EXISTS told; CREATE OR REPLACE TEMP VIEW told AS FROM saved.told")


def finish(con: Connection, out: Path, earlier: Sequence[Path] = ()) -> None:
    """Write what else the state has, and detach it.

    earlier  states that this one builds on, the first with all rows; then `gone` is written as well
    """
    con.execute(
        "CREATE TABLE saved.gone AS " + ("FROM gone" if earlier else "SELECT rid FROM told WHERE false")
    )
    con.execute("CREATE TABLE saved.tally AS FROM tally; CREATE TABLE saved.by_reason AS FROM by_reason")
    con.execute("CREATE TABLE saved.about AS SELECT ?::BOOLEAN AS rid_twice", [_twice(con)])
    con.execute("CREATE TABLE saved.builds_on (path VARCHAR, place INTEGER)")
    for place, path in enumerate(earlier):
        said = os.path.relpath(path.resolve(), out.resolve().parent)
        con.execute("INSERT INTO saved.builds_on VALUES (?, ?)", [said, place])
    con.execute("DROP VIEW judged; DROP VIEW told; CHECKPOINT saved; DETACH saved")


def _twice(con: Connection) -> bool:
    """Tell whether two rows of `told` have the same number, or one has none."""
    # Numbers that only grow, as most files have them, are told apart three times as fast as by counting.
    grows = "SELECT rid > lag(rid) OVER () AS grows FROM (SELECT rid FROM told ORDER BY r)"
    if scalar(con, f"SELECT count(*) FROM ({grows}) WHERE grows IS NOT TRUE") <= 1:
        return False
    return scalar(con, "SELECT (count(DISTINCT rid) < count(*))::INT FROM told") > 0


def attach(con: Connection, previous: Path) -> list[Path]:
    """Create the view `before`, the rows of an earlier answer; return the states that it was made of.

    Raises Invalid when one of them is not there or was written by another version.
    """
    last = state_of(previous)
    _attach(con, previous, last, "state0")
    found = con.execute("SELECT path FROM state0.builds_on ORDER BY place DESC").fetchall()
    chain = [last, *(last.resolve().parent / path for (path,) in found)]
    for place, path in enumerate(chain[1:], 1):
        _attach(con, previous, path, f"state{place}")
    later: list[str] = []
    parts = []
    for place in range(len(chain)):
        known = f" ANTI JOIN ({' UNION ALL '.join(later)}) USING (rid)" if later else ""
        parts.append(f"SELECT * FROM state{place}.told{known}")
        later += [f"SELECT rid FROM state{place}.told", f"SELECT rid FROM state{place}.gone"]
    con.execute(f"CREATE OR REPLACE TEMP VIEW before AS {' UNION ALL BY NAME '.join(parts)}")
    return chain[::-1]


def _attach(con: Connection, previous: Path, path: Path, alias: str) -> None:
    import duckdb

    if not path.exists():
        message = _("The earlier answer lacks its state (%s). Run once without --since.") % path.name
        raise refuse(previous, "no_state", message)
    try:
        con.execute(f"ATTACH {literal(str(path))} AS {alias} (READ_ONLY)")
        con.execute(f"SELECT r, copied FROM {alias}.told LIMIT 0; SELECT n FROM {alias}.by_reason LIMIT 0")
    except duckdb.Error as error:
        message = _("The state of the earlier answer (%s) is of another version. Run once without --since.")
        raise refuse(previous, "no_state", message % path.name) from error

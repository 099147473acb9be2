"""What officers decided of single rows: this row is that person, or is not. Certain, whatever is stated otherwise.

1. `read` takes the file: columns rid, pid, same. Text or whole numbers alike.
2. `pairs` finds the rows and persons meant; a person whom the population does not know decides nothing.
3. A row that is a person is linked with that person and looked up no further; a person whom a row is not is no
   candidate of it. Both are pairs whose truth is known, so a register's weights are learnt from them as well.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from dinh.verification.engine import intake
from dinh.verification.engine.formats import refuse
from dinh.verification.engine.learning import Seen, patterns_of, resolve_names
from dinh.verification.engine.patterns import compared
from dinh.verification.engine.tables import Connection, kind, scalar

PARTS = {"rid": ("rid",), "pid": ("pid",), "same": ("same",)}
SAME = "(FROM decided_pairs WHERE same)"
SURE = 3000  # the least score, in centibits, of a row that an officer decided


def read(con: Connection, work: Path, path: Path | None) -> None:
    """Create `decided` (rid, pid, same), empty without a file.

    Raises Invalid for a file without these columns, a value of `same` that is neither true nor false, a row that is
    said to be two persons, or to be and not to be one.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE decided (rid VARCHAR, pid VARCHAR, same BOOLEAN)")
    if path is None:
        return
    source = intake.open_source(con, work, path, PARTS, {}, tuple(PARTS), may_be_empty=True)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE stated AS SELECT file_row_number + {1 if source.read == path else 2} AS line, trim({source.text('rid')}) AS rid,"
        f" trim({source.text('pid')}) AS pid, {source.text('same')} AS said, TRY_CAST(said AS BOOLEAN) AS same FROM {source.table}"
    )
    unclear = con.execute("SELECT line, said FROM stated WHERE same IS NULL ORDER BY line LIMIT 1").fetchall()
    if unclear:
        message = _("Row %(row)d, column “same”: “%(said)s” is neither true nor false.")
        raise refuse(path, "decision", message % {"row": unclear[0][0], "said": unclear[0][1] or ""})
    con.execute(
        "INSERT INTO decided SELECT DISTINCT rid, pid, same FROM stated WHERE rid <> '' AND pid <> ''; DROP TABLE stated"
    )
    both = con.execute(
        "SELECT rid FROM decided GROUP BY rid HAVING count(*) FILTER (same) > 1"
        " UNION ALL SELECT rid FROM decided GROUP BY rid, pid HAVING count(*) > 1 LIMIT 1"
    ).fetchall()
    if both:
        message = _("Row number %s is decided twice, and not alike.") % both[0][0]
        raise refuse(path, "decision", message)


def any_given(con: Connection) -> bool:
    """Tell whether anything is decided."""
    return scalar(con, "SELECT count(*) FROM decided") > 0


def marked(con: Connection, rid: str, digest: str) -> str:
    """Return SQL of a row's digest, which changes with what is decided of the row `rid` as well."""
    if not any_given(con):
        return digest
    return (
        f"xor({digest}, coalesce((SELECT bit_xor(hash(of_person, of_same)) FROM decided d(of_row, of_person, of_same)"
        f" WHERE of_row = ({rid})::VARCHAR), 0::UBIGINT))"
    )


def pairs(con: Connection) -> None:
    """Create `decided_pairs` (r, b, same): the decisions on rows of `reg`."""
    con.execute("CREATE OR REPLACE TEMP TABLE decided_pairs (r INTEGER, b INTEGER, same BOOLEAN)")
    if not any_given(con):
        return
    con.execute(
        "INSERT INTO decided_pairs SELECT r.r, b.b, d.same FROM decided d"
        f" JOIN reg r ON r.rid = TRY_CAST(d.rid AS {kind(con, 'reg', 'rid')})"
        f" JOIN keys.base b ON b.pid = TRY_CAST(d.pid AS {kind(con, 'keys.base', 'pid')})"
    )


def accept(con: Connection) -> None:
    """Create `accepted`, with the rows that an officer identified."""
    con.execute("CREATE OR REPLACE TEMP TABLE accepted (r INTEGER, b INTEGER, pat BIGINT, tf INTEGER)")
    if not any_given(con):
        return
    con.execute(
        "CREATE OR REPLACE TEMP TABLE found AS "
        + compared(
            "(SELECT g.*, k.id12 IS NOT NULL AS hit FROM reg g LEFT JOIN (SELECT DISTINCT id12 FROM people) k"
            " ON k.id12 = g.id12) r"
            " JOIN decided_pairs d ON d.r = r.r AND d.same JOIN people b ON b.b = d.b"
        )
    )
    resolve_names(con, "found")
    con.execute("INSERT INTO accepted SELECT r, b, pat, tf FROM found; DROP TABLE found")


def drop(con: Connection, table: str) -> None:
    """Leave out of a table of pairs what was decided: rows identified, and persons that a row is not."""
    if not any_given(con):
        return
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT p.* FROM {table} p ANTI JOIN {SAME} s ON s.r = p.r"
        " ANTI JOIN decided_pairs d ON d.r = p.r AND d.b = p.b"
    )


def learnt_from(con: Connection) -> Seen:
    """Return the patterns of the rows that officers identified."""
    return patterns_of(con, f"accepted SEMI JOIN {SAME} USING (r)")


def told(con: Connection) -> dict[str, int]:
    """Return how many decisions were given, and how many rows of `told` have their person from one."""
    return {
        "given": scalar(con, "SELECT count(*) FROM decided"),
        "identified": scalar(con, "SELECT count(*) FROM told WHERE decided"),
    }

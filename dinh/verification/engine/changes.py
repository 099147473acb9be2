"""The answer as changes: rows verified again, and rows that became or ceased to be a copy of another through them.

Whether a row is a copy depends on the other rows about its person and, where nobody was found, on those with the
same keys. So only groups that a changed row left or joined are looked at, each whole:

    replaced   earlier rows that changed or left
    touched    other rows of the groups of `replaced` and of what was verified again: their being a copy may change
    members    these, what was verified again, and all that share a group with them
"""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from dinh.lib.errors import Invalid
from dinh.verification.engine import rows, since, state, verdicts
from dinh.verification.engine.formats import refuse
from dinh.verification.engine.intake import Source
from dinh.verification.engine.tables import Connection, scalar
from dinh.verification.engine.verdicts import COPY_KEYS, SURE, UNSURE
from dinh.verification.engine.weights import CERTAIN

_KEYS = "b, score, owned, id12, id9, plain_id, ymd, commune, line"


def _groups(table: str) -> str:
    """Return the query of the groups (kind, k) that rows of a table are in, with their number."""
    parts = [f"SELECT rid, 0 AS kind, b::UBIGINT AS k FROM {table} WHERE {SURE}"]
    parts += [
        f"SELECT rid, {at} AS kind, hash({keys}) AS k FROM {table} WHERE ({UNSURE}) AND {given}"
        for at, (keys, given) in enumerate(COPY_KEYS.items(), 1)
    ]
    return " UNION ALL ".join(parts)


def same_file(out: Path) -> Invalid:
    """Return the refusal of changes written over what they build on."""
    return refuse(
        out, "same_file", _("An answer of changes needs a file of its own: it builds on the earlier one.")
    )


def settle(con: Connection, source: Source) -> None:
    """Make `told` the rows whose answer may differ from the earlier one, and `judged` what is said of them.

    Creates `replaced`, the earlier rows in their place, with what was said of them in `judged_before`.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE left_ AS SELECT rid FROM told UNION ALL FROM gone")
    con.execute("CREATE OR REPLACE TEMP TABLE replaced AS SELECT * FROM before SEMI JOIN left_ USING (rid)")
    _members(con, source)
    verdicts.copies(con, "members")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE flipped AS SELECT m.r, m.rid FROM members m SEMI JOIN touched USING (rid)"
        " WHERE m.copied <> (m.r IN (SELECT r FROM copies))"
    )
    if scalar(con, "SELECT count(*) FROM flipped"):
        con.execute("INSERT INTO replaced SELECT b.* FROM before b SEMI JOIN flipped USING (rid)")
    state.keep(con, since.with_kept("before b JOIN flipped n ON n.rid = b.rid"))
    verdicts.judge(con, found=True)
    con.execute(f"CREATE OR REPLACE TEMP TABLE judged_before AS {verdicts.judged('replaced')}")


def _members(con: Connection, source: Source) -> None:
    """Create `touched` (rid) and `members` (r, rid, the keys, copied)."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE keys_ AS SELECT DISTINCT kind, k FROM ({_groups('told')} UNION ALL {_groups('replaced')})"
    )
    others = "before ANTI JOIN replaced USING (rid)"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE unsure AS SELECT rid, {_KEYS}, copied FROM {others} WHERE {UNSURE}"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE sure AS SELECT rid, {_KEYS}, copied FROM {others}"
        f" SEMI JOIN (SELECT k::INTEGER AS b FROM keys_ WHERE kind = 0) USING (b) WHERE score >= {CERTAIN}"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE groups_ AS {_groups('unsure')}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT rid FROM groups_ SEMI JOIN keys_ USING (kind, k)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE near AS SELECT DISTINCT rid FROM groups_ SEMI JOIN"
        " (FROM groups_ SEMI JOIN touched USING (rid)) USING (kind, k)"
    )
    con.execute("INSERT INTO touched SELECT rid FROM sure")
    con.execute("INSERT INTO sure FROM unsure SEMI JOIN near USING (rid)")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE members AS SELECT n.r, s.* FROM sure s JOIN (SELECT file_row_number::INTEGER AS r,"
        f" {rows.row_id(source)} AS rid FROM {source.table}) n USING (rid)"
        f" UNION ALL SELECT r, rid, {_KEYS}, false FROM told"
    )
    con.execute("DROP TABLE sure; DROP TABLE unsure; DROP TABLE groups_; DROP TABLE keys_; DROP TABLE near")

"""The engine's answer beside the records it is about: criteria as the register asks for them, what changed, rates."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dinh.catalogue.shapes.register import Register
from dinh.verification.engine import state
from dinh.verification.engine.reasons import BREAKS, CRITERIA, REASONS
from dinh.verification.models import Submission
from dinh.verification.queries.rates import NO_COMMUNE
from dinh.verification.runs import files
from dinh.verification.runs.material import literal
from dinh.verification.runs.submitted import asked_by
from dinh.verification.words import FIELD_MISSING, FIELD_UNREADABLE, NOT_CONFIRMED

CERTAIN = frozenset({"verified", "corrected", "dead", "duplicate"})  # verdicts that say whose a row is
OWN = {
    FIELD_MISSING: ("du", "_missing"),
    FIELD_UNREADABLE: ("sach", "_unread"),
    NOT_CONFIRMED: ("song", "_stale"),
}
PORTION = 500
COLUMNS = (
    "rid", "pid", "second_pid", "verdict", "score", "margin", *CRITERIA, "reasons", "proposed", "commune", "version",
    "village", "first_rid", "takes_person",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MergedRow:
    """What is known of one record after a verification; ids as the database keeps them.

    proposed      {part: text} as the engine proposes
    first_rid     of a duplicate: the earlier row about the same person
    takes_person  whether whose row it is may be set or taken away
    """

    rid: str
    pid: str | None
    second_pid: str | None
    verdict: str
    score: float
    margin: float | None
    dung: bool
    du: bool
    sach: bool
    song: bool
    reasons: tuple[str, ...]
    proposed: dict[str, str]
    commune: str
    version: int
    village: str | None
    first_rid: str | None
    takes_person: bool


class Merged:
    """The merged rows of a verification, in `loaded.parquet` of its folder."""

    def __init__(self, row: Submission, shape: Register) -> None:
        self.row, self.shape = row, shape
        self.home = files.folder(row)
        self.path = self.home / "loaded.parquet"

    def __enter__(self) -> Merged:
        import duckdb  # here alone: pages ask for a verification and carry nothing of it

        self.con = duckdb.connect()
        self.con.execute("set memory_limit = '768MB'; set threads = 2")
        self.con.execute(f"set temp_directory = {literal(self.home / f'.spill-{os.getpid()}')}")
        return self

    def __exit__(self, *error: object) -> None:
        self.con.close()

    def make(self, held: Submission | None) -> None:
        """Write the merged rows; what `changed` and `gone` give are differences from the answer that is held."""
        out, register = self.home / "out.parquet", self.home / "register.parquet"
        self._communes()
        state.attach(self.con, out)  # the view `before`: what each row names
        draft = self.path.with_name(f".{self.path.name}.part")
        query = self._query(out, register)
        self.con.execute(f"copy ({query}) to {literal(draft)} (format parquet, compression snappy)")
        os.replace(draft, self.path)
        self.con.execute(f"create or replace view rows as from {literal(self.path)}")
        earlier = files.folder(held) / "loaded.parquet" if held is not None else None
        source = f"from {literal(earlier)}" if earlier else "from rows limit 0"
        self.con.execute(f"create or replace view earlier as {source}")

    def changed(self) -> Iterator[list[MergedRow]]:
        """Yield, in portions, the rows that are new or other than in the answer that is held."""
        columns = ", ".join(f"n.{name}" for name in COLUMNS)
        found = self.con.cursor().execute(
            f"select {columns} from rows n anti join earlier e on e.rid = n.rid and e.digest = n.digest"
        )
        while portion := found.fetchmany(PORTION):
            yield [_row(values) for values in portion]

    def gone(self) -> Iterator[list[str]]:
        """Yield, in portions, the records of the answer that is held which this one does not have."""
        found = self.con.cursor().execute("select e.rid from earlier e anti join rows n on n.rid = e.rid")
        while portion := found.fetchmany(PORTION):
            yield [values[0] for values in portion]

    def rates(self) -> Iterator[dict[str, Any]]:
        """Yield the figures of all rows, and of each commune that rows name."""
        for commune in ("''", f"case when commune = '' then {literal(NO_COMMUNE)} else commune end"):
            found = self.con.execute(
                f"select c, sum(n)::bigint, map(list(verdict), list(n)), {', '.join(f'sum({x})::bigint' for x in CRITERIA)} from "
                f"(select {commune} as c, verdict, count(*) as n, {', '.join(f'sum({x}::int) as {x}' for x in CRITERIA)}"
                " from rows group by all) group by c order by c"
            )
            for code, rows, verdicts, *counts in found.fetchall():
                yield {
                    "commune": code, "rows": rows, "verdicts": dict(sorted(verdicts.items())),
                    "reasons": self.reasons() if commune == "''" else {}, **dict(zip(CRITERIA, counts, strict=True)),
                }  # fmt: skip

    def reasons(self) -> dict[str, int]:
        """Return how many rows have each reason, most frequent first."""
        found = self.con.execute(
            "select r, count(*) from (select unnest(reasons) as r from rows) group by r order by 2 desc, 1"
        )
        return dict(found.fetchall())

    def _communes(self) -> None:
        """Give `codes`: the number that stands for a commune in the engine's state, and its code of today."""
        path = literal(files.communes())
        self.con.execute(
            "create or replace temp table codes as select try_cast(new_code as bigint) as number, any_value(new_code) as code"
            f" from read_csv({path}, header = true, all_varchar = true) group by 1"
        )

    def _query(self, out: Path, register: Path) -> str:
        asked = asked_by(self.shape).ignored
        ignored = ", ".join(literal(code) for code in sorted(asked)) or "''"
        # A verdict whose reason does not count for this register says no more than that the person is certain; that a row
        # of somebody who died is a copy as well then shows.
        plain = ", ".join(map(literal, sorted({"verified", "corrected"} | (asked & {"dead", "duplicate"}))))
        own = " || ".join(
            f"case when m.{flag} then [{literal(code)}] else [] end" for code, (_, flag) in OWN.items()
        )
        criteria = ", ".join(
            f"not list_has_any(reasons, [{', '.join(map(literal, _breaking(name)))}]) as {name}"
            for name in CRITERIA
        )
        certain = ", ".join(map(literal, sorted(CERTAIN)))
        people = literal(files.population())
        return f"""
with answer as (
  select o.file_row_number as r, o.* exclude (dung, du, sach, song, reasons, proposed, file_row_number),
    list_filter(o.reasons, lambda x: x not in ({ignored}) and not (x = 'birth_form' and m._typed_birth)) || ({own}) as reasons,
    coalesce(to_json(o.proposed)::varchar, '') as proposed, m._version as version, m._person, m._provenance,
    nullif(s.commune, 0) as stated, s.pcommune
  from read_parquet({literal(out)}, file_row_number = true) o
  join read_parquet({literal(register)}) m on m.rid = o.rid
  left join before s on s.rid = o.rid
), judged as (
  select * replace (case when verdict not in ({plain}) then verdict when list_contains(reasons, 'duplicate') then 'duplicate'
      when dung then 'verified' else 'corrected' end as verdict),
    pid is not null and verdict in ({certain}) as certain from (select *, {criteria} from answer)
), told as (
  select j.* exclude (_person, _provenance, stated, pcommune, r, certain), coalesce(a.code, b.code, '') as commune,
    p.village, case when verdict = 'duplicate' then first_value(j.rid) over (partition by j.pid, certain order by r) end as first_rid,
    (_provenance in ('import', 'exchange') and _person is distinct from case when certain then j.pid end)
      or (_person is null and certain) as takes_person
  from judged j left join codes a on a.number = j.stated left join codes b on b.number = j.pcommune
  left join read_parquet({people}) p on p.pid = j.pid
)
select *, hash({", ".join(name for name in COLUMNS if name != "takes_person")}) as digest from told
"""


def _breaking(criterion: str) -> list[str]:
    codes = [code for place, (code, _) in enumerate(REASONS) if BREAKS[criterion] & (1 << place)]
    return codes + [code for code, (broken, _) in OWN.items() if broken == criterion]


def _row(values: tuple[Any, ...]) -> MergedRow:
    told = dict(zip(COLUMNS, values, strict=True))
    proposed = json.loads(told["proposed"]) if told["proposed"] else {}
    told["proposed"] = {part: text for part, text in proposed.items() if text is not None}
    told["reasons"] = tuple(told["reasons"])
    told["rid"], told["pid"] = str(told["rid"]), told["pid"] and str(told["pid"])
    return MergedRow(**told)

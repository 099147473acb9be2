"""Reading the SQL of a page: which queries ask for the rows of one unit and forget those that it inherited.

Rows that say what was done somewhere stay with the unit under which they were written (`directory.changes.touched`);
when that unit ends, its heir answers for them. So whoever asks such a table for the heir's unit asks for the units
whose heir it is as well. The tables come from what the packages registered, the queries from the pages themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dinh.directory.changes import touched
from dinh.directory.changes.touched import Way

VALUE = r"%s|'[0-9a-fA-F-]{32,36}'(?:::uuid)?"
# A column of a table or of its alias, compared with one value or with a list of them.
ASKED = re.compile(rf"""(\w+)"?\."?(\w+)"?\s*(?:=|IN)\s*(\((?:{VALUE}|[\s,])*\)|{VALUE})""")
NAMED = re.compile(r"""(?:FROM|JOIN)\s+"?(\w+)"?(?:\s+(?:AS\s+)?"?(\w+)"?)?""")
NO_ALIAS = {
    "where",
    "inner",
    "left",
    "on",
    "group",
    "order",
    "limit",
    "join",
    "cross",
    "union",
    "set",
    "as",
    "right",
}


def staying() -> dict[tuple[str, str], str]:
    """Return (table of the database, column) -> name of each registered table whose rows may stay with a unit that ended.

    A table whose living rows follow keeps those of the past: closed households, tasks that are done.
    """
    found = {}
    for table in touched.tables():
        stays = table.way is Way.STAYS or (table.way is Way.FOLLOWS and bool(table.living))
        if stays and "__" not in table.column and table.name != "journal.entry":
            column = table.model._meta.get_field(table.column)
            found[table.model._meta.db_table, column.attname] = table.name  # type: ignore[union-attr]
    return found


def forgetting(sql: str, params: Sequence[Any], heir: UUID, formers: frozenset[UUID]) -> Iterator[str]:
    """Give the names of the tables that a query asks for the heir's rows and not for those of every former unit."""
    tables, aliases = staying(), {}
    for found in NAMED.finditer(sql):
        table, alias = found[1], found[2]
        aliases[table] = table
        if alias and alias.lower() not in NO_ALIAS:
            aliases[alias] = table
    for found in ASKED.finditer(sql):
        name = tables.get((aliases.get(found[1], ""), found[2]))
        if name is None:
            continue
        place = sql.count("%s", 0, found.start(3))
        told = set(_uuids(found[3], params, place))
        if heir in told and not formers <= told:
            yield name


def _uuids(text: str, params: Sequence[Any], place: int) -> Iterator[UUID]:
    for part in re.findall(VALUE, text):
        value = part.removesuffix("::uuid").strip("'")
        if part == "%s":
            value, place = str(params[place]), place + 1
        try:
            yield UUID(value)
        except ValueError:
            continue


@dataclass
class Watch:
    """What is run around every query of a page (`connection.execute_wrapper`): keeps those that forget."""

    heir: UUID
    formers: frozenset[UUID]
    found: dict[str, str] = field(default_factory=dict)  # table -> the first query about it

    def __call__(self, run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if isinstance(params, tuple | list) and sql.lstrip().upper().startswith(("SELECT", "WITH")):
            for name in forgetting(sql, params, self.heir, self.formers):
                self.found.setdefault(name, sql)
        return run(sql, params, many, context)

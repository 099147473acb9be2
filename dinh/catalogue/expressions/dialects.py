"""What SQLite, PostgreSQL and DuckDB each say in their own way."""

from __future__ import annotations

from dataclasses import dataclass

# All that Python takes for white space.
BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + (
    "\u2028\u2029\u202f\u205f\u3000"
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """One engine. Arguments and results are SQL."""

    name: str

    @property
    def cast(self) -> str:
        """DuckDB works out constants before it asks the condition that guards them."""
        return "TRY_CAST" if self.name == "duckdb" else "CAST"

    def integer(self, text: str) -> str:
        """Return a value as a whole number."""
        return f"{self.cast}({text} AS {'INTEGER' if self.name == 'sqlite' else 'BIGINT'})"

    def day(self, text: str) -> str:
        """Return the native date of an ISO text that is one."""
        if self.name == "sqlite":
            return text
        # PostgreSQL reads a bare literal at once, before it asks the condition that guards it.
        return f"{self.cast}({self.cast}({text} AS TEXT) AS DATE)"

    def iso(self, day: str) -> str:
        """Return the ISO text of a native date; years have four digits."""
        if self.name == "sqlite":
            return day
        if self.name == "postgresql":
            return f"to_char({day}, 'YYYY-MM-DD')"
        return f"strftime({day}, '%Y-%m-%d')"

    def trim(self, text: str, signs: str) -> str:
        """Return a text without some signs at both ends."""
        return f"{'btrim' if self.name == 'postgresql' else 'trim'}({text}, '{signs}')"

    def bytewise(self, text: str) -> str:
        """Return a text that is compared by its bytes, whatever the language of the database."""
        return f'({text} COLLATE "C")' if self.name == "postgresql" else text

    def wide(self, left: str, op: str, right: str) -> str:
        """Return a calculation of whole numbers below 2**53 that cannot overflow."""
        if self.name == "sqlite":
            return f"({left} {op} {right})"  # beyond 2**63 it becomes a float, far above what is let through
        kind = "numeric" if self.name == "postgresql" else "HUGEINT"
        return f"(CAST({left} AS {kind}) {op} CAST({right} AS {kind}))"

    def moved(self, day: str, op: str, days: str) -> str:
        """Return a native date some days later or earlier; NULL before the year 1 and after 9999."""
        if self.name == "sqlite":
            signed = days if op == "+" else f"-({days})"
            moved = f"date({day}, ({signed}) || ' days')"
            return f"CASE WHEN {moved} BETWEEN '0001-01-01' AND '9999-12-31' THEN {moved} END"
        moved = f"({self.cast}({day} AS DATE) {op} {self.cast}({days} AS INTEGER))"
        moved = f"TRY{moved}" if self.name == "duckdb" else moved
        return f"CASE WHEN {moved} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN {moved} END"

    def days(self, start: str, end: str) -> str:
        """Return the whole days from one native date to another."""
        if self.name == "sqlite":
            return f"CAST(julianday({end}) - julianday({start}) AS INTEGER)"
        return f"CAST(CAST({end} AS DATE) - CAST({start} AS DATE) AS BIGINT)"

    def is_date(self, text: str) -> str:
        """Return whether a text is a real date, "1951", "1951-03" or "1951-03-12", from the year 1 on."""
        if self.name == "sqlite":
            digits = "[0-9][0-9]"
            forms = [digits * 2, f"{digits * 2}-{digits}", f"{digits * 2}-{digits}-{digits}"]
            form = "(" + " OR ".join(f"{text} GLOB '{one}'" for one in forms) + ")"
        elif self.name == "postgresql":
            form = f"{text} ~ '^[0-9]{{4}}(-[0-9]{{2}}(-[0-9]{{2}})?)?$'"
        else:
            form = f"regexp_full_match({text}, '[0-9]{{4}}(-[0-9]{{2}}(-[0-9]{{2}})?)?')"
        whole = f"substr({text} || '-01-01', 1, 10)"
        year, month, day = (
            self.integer(f"substr({whole}, {at}, {long})") for at, long in ((1, 4), (6, 2), (9, 2))
        )
        leap = f"({year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0))"
        last = f"CASE WHEN {month} IN (4, 6, 9, 11) THEN 30 WHEN {month} <> 2 THEN 31 WHEN {leap} THEN 29 ELSE 28 END"
        real = f"{year} >= 1 AND {month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND {last}"
        return f"(CASE WHEN {form} THEN {real} ELSE FALSE END)"


DIALECTS = {name: Dialect(name) for name in ("sqlite", "postgresql", "duckdb")}

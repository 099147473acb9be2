"""The words of each database that counts: days, months, ids, texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from dinh.catalogue.expressions.sql import Vendor


@dataclass(frozen=True)
class Engine:
    """Words of one database."""

    vendor: Vendor

    def day(self, value: date) -> str:
        """Return a day as a literal."""
        return f"'{value.isoformat()}'" if self.vendor == "sqlite" else f"DATE '{value.isoformat()}'"

    def month(self, column: str) -> str:
        """Return the month of a day as a whole number."""
        if self.vendor == "sqlite":
            return f"CAST(substr({column}, 1, 4) || substr({column}, 6, 2) AS INTEGER)"
        return f"CAST(extract(year FROM {column}) * 100 + extract(month FROM {column}) AS INTEGER)"

    def point(self, column: str, today: date) -> str:
        """Return the last day of the month of a day, or today where that is earlier."""
        if self.vendor == "sqlite":
            return f"min(date({column}, 'start of month', '+1 month', '-1 day'), {self.day(today)})"
        if self.vendor == "duckdb":
            return f"least(last_day({column}), {self.day(today)})"
        end = f"CAST(date_trunc('month', {column}) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)"
        return f"least({end}, {self.day(today)})"

    def years_before(self, day: str, years: int) -> str:
        """Return the text of a day so many years earlier, also of a 29 February that is none."""
        if self.vendor == "sqlite":
            return f"((CAST(substr({day}, 1, 4) AS INTEGER) - {years}) || substr({day}, 5))"
        if self.vendor == "duckdb":
            return f"(CAST(year({day}) - {years} AS VARCHAR) || strftime({day}, '-%m-%d'))"
        return f"((CAST(extract(year FROM {day}) AS INTEGER) - {years}) || to_char({day}, '-MM-DD'))"

    def id(self, value: UUID) -> str:
        """Return an id as a literal."""
        return f"'{value.hex}'" if self.vendor == "sqlite" else f"CAST('{value}' AS uuid)"

    @property
    def join(self) -> str:
        """Return the word for a join whose left side is gone through row by row."""
        # SQLite takes the places in the outer loop, and counts again for each, unless it is told the order.
        return "CROSS JOIN" if self.vendor == "sqlite" else "JOIN"

    def text(self, column: str, type: str) -> str:
        """Return a value as it stands in `dims`; unknown is empty."""
        if type == "boolean":
            return f"CASE WHEN {column} THEN '1' WHEN NOT {column} THEN '0' ELSE '' END"
        return f"substr(coalesce(CAST({column} AS VARCHAR(60)), ''), 1, 60)"


def engine_of(connection: BaseDatabaseWrapper) -> Engine:
    """Return the words of a connection's database."""
    return Engine("postgresql" if connection.vendor == "postgresql" else "sqlite")

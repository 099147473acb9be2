"""Verify the rows of a register against the population: set-based, in DuckDB, without server or database."""

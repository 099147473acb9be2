"""Bring in persons from a spreadsheet.

1. `check` reads a CSV or XLSX file and lists every bad row; it writes nothing.
2. `keep_check` keeps that list as an `Import`, for the page that shows it.
3. `load` writes the good rows in one transaction, one journal entry for each row written. A file with
   faults is loaded only when told so (`load_good=True`).

`reading` opens files · `columns` knows headers · `cells` reads one row · `plan` compares rows with each
other and with who is known · `loading` writes. Nobody is merged: a number that is taken is a fault.
"""

from dinh.population.imports.cells import ImportRow
from dinh.population.imports.columns import COLUMNS
from dinh.population.imports.loading import keep_check, load
from dinh.population.imports.plan import ImportPlan, RowFault, check

__all__ = ["COLUMNS", "ImportPlan", "ImportRow", "RowFault", "check", "keep_check", "load"]

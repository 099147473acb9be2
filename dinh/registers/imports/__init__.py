"""Bring a file of any size into a register.

1. `open_wish` opens a CSV, XLSX, Parquet or GeoJSON file and finds out what its columns mean.
2. `preview` shows the first rows as they would be entered; nothing is written.
3. `begin` and `read` take every row into a stage beside the database, with every fault of it; a read that was
   killed goes on where it stopped.
4. `load` writes the stage into the register: one transaction, one journal entry for each batch.

`sources` open files · `columns` knows headers · `values` reads a cell · `rows` reads a row · `stage` keeps ·
`checking` reads a file · `writing` and `loading` load · `digests` prove what a batch wrote.
"""

from dinh.registers.imports.checking import Opened, Wish, begin, drop, open_wish, read
from dinh.registers.imports.columns import check_mapping, read_mapping
from dinh.registers.imports.loading import faults_of, load
from dinh.registers.imports.messages import sentence
from dinh.registers.imports.preview import Preview, preview
from dinh.registers.imports.stage import Stage

__all__ = [
    "Opened", "Preview", "Stage", "Wish", "begin", "check_mapping", "drop", "faults_of", "load", "open_wish", "preview",
    "read", "read_mapping", "sentence",
]  # fmt: skip

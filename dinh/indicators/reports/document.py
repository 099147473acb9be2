"""A composed report: blocks of plain words and numbers, kept as JSON, out of which page, PDF, DOCX and XLSX are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

What = Literal["heading", "text", "table", "chart", "map", "note"]


@dataclass(frozen=True)
class Row:
    """A line of a table.

    cells   as they are read
    plain   the same as a spreadsheet reads them: numbers, or None where a cell is no number
    figure  indicator that the line is about, "" for none; unit: id of the unit that it is about
    strong  a sum, or the head of a group
    """

    cells: tuple[str, ...]
    plain: tuple[float | None, ...]
    figure: str = ""
    unit: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Block:
    """One block.

    columns, rows, widths  of a table; widths are parts of the whole; texts stand in the first `texts` columns
    labels, points, unit   of a chart: months, numbers, and what they are counted in
    places                 of a map: (title, longitude, latitude, number, as it is read)
    annex                  belongs behind the signature
    """

    what: What
    text: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    widths: tuple[float, ...] = ()
    texts: int = 1
    labels: tuple[str, ...] = ()
    points: tuple[float | None, ...] = ()
    unit: str = ""
    figure: str = ""
    places: tuple[tuple[str, float, float, float, str], ...] = ()
    annex: bool = False


@dataclass(frozen=True)
class Document:
    """A whole report.

    title, about  "Báo cáo", and what it is about
    basis         what its numbers rest on, in sentences
    signer        title of who signs it
    links         address of the page of a figure, with ID in place of the figure and UNIT of the unit
    """

    title: str
    about: str
    symbol: str
    agency: Mapping[str, str]
    place_date: str
    locked: bool
    basis: tuple[str, ...]
    to: tuple[str, ...]
    signer: str
    links: str
    blocks: tuple[Block, ...] = field(default=())

    def link(self, figure: str, unit: str) -> str:
        """Return the address at which a figure opens."""
        return self.links.replace("ID", figure).replace("UNIT", unit) if figure and unit else ""

    def numbered(self, number: int | None) -> str:
        """Return its number with its symbol, "01/BC-UBND"; "" for none."""
        return numbered(number, self.symbol)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def numbered(number: int | None, symbol: str) -> str:
    """Return a number as documents carry it: below ten with a 0 before it (Decree 30/2020/NĐ-CP, Annex I); "" for none."""
    return "" if number is None else f"{number:02}/{symbol}"


def read(content: Mapping[str, Any]) -> Document:
    """Return a document as it was kept."""
    known = dict(content)
    blocks = tuple(_block(one) for one in known.pop("blocks"))
    return Document(**known | {"basis": tuple(known["basis"]), "to": tuple(known["to"]), "blocks": blocks})


def _block(kept: Mapping[str, Any]) -> Block:
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
    known["rows"] = tuple(
        Row(tuple(one["cells"]), tuple(one["plain"]), one["figure"], one["unit"], one["strong"])
        for one in kept["rows"]
    )
    known["places"] = tuple(tuple(one) for one in kept["places"])
    return Block(**known)

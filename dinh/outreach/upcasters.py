"""Bodies of entries that older releases wrote, as the tables are called today."""

from __future__ import annotations

from typing import Any

from dinh.journal.upcasters import upcaster


@upcaster("outreach.voice_recorded", 1)
def named_by_its_row(body: dict[str, Any]) -> dict[str, Any]:
    """The file of a recording was its digest as text; now it is a row of `papers.Blob`."""
    columns = dict(body.get("set", {}))
    if "blob" in columns:
        columns["blob_id"] = columns.pop("blob")
    return {**body, "set": columns}

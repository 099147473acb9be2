"""A catalogue small enough to read at a glance, written into a folder for one test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dinh.catalogue import store
from dinh.lib.errors import Invalid

LIST = """
id = "{id}"
title = {{ vi = "Danh sách" }}
valid_from = 2025-01-01
source = "Invented example, no legal value"
entries = [{entries}]
"""
ROLE = """
id = "{id}"
title = {{ vi = "Vai trò" }}
valid_from = 2025-01-01
source = "Invented example, no legal value"
permissions = ["dossiers.read"]
"""
FORM = """
id = "person"
title = { vi = "Người" }
valid_from = 2025-01-01
source = "Invented example, no legal value"

[[fields]]
id = "full_name"
title = { vi = "Họ tên" }
type = "name"
required = true
prefill = ["self.full_name"]
identity = "self.full_name"

[[fields]]
id = "birth"
title = { vi = "Ngày sinh" }
type = "partial_date"

[[fields]]
id = "school"
title = { vi = "Trường" }
type = "text"
visible_if = "age(birth) < 18"
"""
REGISTER = """
id = "permits"
title = { vi = "Sổ giấy phép" }
valid_from = 2025-01-01
source = "Invented example, no legal value"
version = "1"
fields = [{ id = "holder", type = "name", required = true, title = { vi = "Người được cấp" } }]
"""
PROCEDURE = """
id = "pavement_use"
version = "1"
code = "1.000001"
title = { vi = "Cấp phép sử dụng vỉa hè", en = "Permit to use the pavement" }
valid_from = 2026-01-01
source = "Invented example, no legal value"
summary = { vi = "Để bày bàn ghế trên vỉa hè." }
sector = "streets"
online = "full"
competent_office = "peoples_committee"
summary_line = "{applicant.full_name}: {tables}"

[time_limit]
value = 5
unit = "working_day"
source = "Invented example, no legal value"

[[fees]]
id = "permit"
title = { vi = "Phí" }
kind = "phi"
amount_vnd = 1000
per = "tables"
source = "Invented example, no legal value"

[[pages]]
id = "what"
title = { vi = "Bàn ghế" }
[[pages.fields]]
id = "tables"
title = { vi = "Số bàn" }
type = "integer"
minimum = 1
[[pages.fields]]
id = "music"
title = { vi = "Có nhạc không?" }
type = "yes_no"
visible_if = "tables > 10"

[[pages]]
id = "who"
title = { vi = "Người xin phép" }
groups = [{ use = "person", name = "applicant" }]

[[steps]]
id = "receive"
title = { vi = "Tiếp nhận" }
kind = "receive"
role = "officer"
share = 20
[[steps]]
id = "examine"
title = { vi = "Thẩm tra" }
kind = "examine"
role = "officer"
share = 40
[[steps]]
id = "approve"
title = { vi = "Ký" }
kind = "approve"
role = "officer"
share = 20
[[steps]]
id = "return"
title = { vi = "Trả" }
kind = "return"
role = "officer"
share = 20

[[effects]]
kind = "enter_record"
register_id = "permits"
values = { holder = "applicant.full_name" }

[result]
title = { vi = "Giấy phép" }
template = "permit"
"""


def small(folder: Path, **changes: str) -> Path:
    """Write a valid small catalogue into a folder and return the folder.

    changes  file ("procedures/pavement_use" with / as __) -> its whole text in place of the usual one
    """
    files = {
        "lists/sectors": LIST.format(
            id="sectors", entries='{ code = "streets", title = { vi = "Đường phố" } }'
        ),
        "lists/permissions": LIST.format(
            id="permissions", entries='{ code = "dossiers.read", title = { vi = "Xem" } }'
        ),
        "roles/officer": ROLE.format(id="officer"),
        "forms/person": FORM,
        "registers/permits": REGISTER,
        "procedures/pavement_use": PROCEDURE,
    }
    files |= {name.replace("__", "/"): text for name, text in changes.items()}
    return write(folder, files)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files ("kind/name" -> text) under a folder and return the folder."""
    for name, text in files.items():
        path = folder / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def faults_of(*folders: Path) -> dict[str, str]:
    """Return the faults of a catalogue: path -> code; empty when it has none."""
    try:
        store.load(folders)
    except Invalid as refused:
        return {fault.path: fault.code for fault in refused.faults}
    return {}

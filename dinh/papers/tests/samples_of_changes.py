"""Data of the proof of a change of places. All of it is invented."""

from __future__ import annotations

from typing import Any

from dinh.papers import qr

PAGE = "127.0.0.1:8000/vi/desk/admin/places/changes/1/"
OF_CHANGES: dict[str, dict[str, Any]] = {
    "change_proof": {
        "title": "Báo cáo đối chiếu số liệu: Thành lập xã Mây Xanh",
        "values": {
            "about": "Thành lập xã Mây Xanh",
            "decree": "9999/NQ-UBTVQH16",
            "decided": "Sáp nhập",
            "in_force": "01/12/2026",
            "applied": "00:00, 01/12/2026",
            "who": "Đặng Quân, Quản trị viên",
            "equal": True,
            "digest": "0123456789abcdef" * 4,
            "page": PAGE,
            "page_qr": qr.svg(f"http://{PAGE}"),
            "before": ["xã Cốc San (02746)", "xã Hợp Thành (02728)"],
            "after": ["xã Mây Xanh (02746)"],
            "lines": [
                {
                    "title": "Hồ sơ",
                    "before": "20.000",
                    "after": "20.000",
                    "moved": "",
                    "equal": True,
                    "sums": [
                        {"title": "lệ phí (đồng)", "before": "1.200.000", "after": "1.200.000", "equal": True}
                    ],
                },
                {
                    "title": "Nhân khẩu",
                    "before": "60.000",
                    "after": "60.000",
                    "moved": "60.000",
                    "equal": True,
                    "sums": [],
                },
            ],
        },
        "signers": [{"role": "agency", "name": "Ủy ban nhân dân xã Mây Xanh"}],
    },
}

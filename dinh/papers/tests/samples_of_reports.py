"""Data of a report of figures. All of it is invented."""

from __future__ import annotations

from typing import Any

from dinh.papers import qr

CHART = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 220"><rect x="60" y="60" width="20" height="120"/></svg>'
OF_REPORTS: dict[str, dict[str, Any]] = {
    "report": {
        "title": "Báo cáo kết quả giải quyết thủ tục hành chính tháng 10 năm 2026",
        "number": "12/BC-UBND",
        "values": {
            "heading": "Báo cáo",
            "about": "Kết quả giải quyết thủ tục hành chính tháng 10 năm 2026",
            "symbol": "BC-UBND",
            "locked": True,
            "sealed": True,
            "basis": ["Số liệu tháng 10 năm 2026 đã chốt."],
            "to": ["Ủy ban nhân dân tỉnh Lào Cai", "Lưu: VT"],
            "signer": "Chủ tịch",
            "opens": "http://127.0.0.1:8000/vi/board/reports/1/",
            "opens_qr": qr.svg("http://127.0.0.1:8000/vi/board/reports/1/"),
            "blocks": [
                {"what": "heading", "text": "I. Kết quả", "annex": False},
                {"what": "text", "text": "Trong tháng, xã Cốc San tiếp nhận 188 hồ sơ.", "annex": False},
                {
                    "what": "table",
                    "annex": False,
                    "columns": ["TT", "Chỉ tiêu", "Kỳ này"],
                    "widths": [5, 70, 25],
                    "texts": 2,
                    "rows": [["1", "Hồ sơ đã nộp", "188"], ["", "Cộng", "188"]],
                    "strong": [1],
                    "links": ["http://127.0.0.1:8000/vi/board/figure/x/", ""],
                },
                {"what": "note", "text": "Ghi chú: không có.", "annex": False},
                {"what": "chart", "text": "Hồ sơ đã nộp", "svg": CHART, "alt": "Biểu đồ", "annex": False},
            ],
        },
        "signers": [{"role": "agency", "name": "Ủy ban nhân dân xã Cốc San"}],
    },
}

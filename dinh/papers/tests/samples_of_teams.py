"""Data of the papers of the community digital teams. All of it is invented."""

from __future__ import annotations

from typing import Any

from dinh.papers import qr

QR = qr.svg("http://127.0.0.1:8000/t/4821-7730")

OF_TEAMS: dict[str, dict[str, Any]] = {
    "thanks": {
        "title": "Thư cảm ơn thành viên tổ công nghệ số cộng đồng",
        "values": {
            "name": "Lù Thị Nga",
            "team": "Tổ công nghệ số cộng đồng thôn Ún Tà",
            "words": "Sáu tháng đi từng nhà giúp bà con làm quen với dịch vụ công, không quản mưa nắng.",
            "from": "01/06/2026",
            "until": "30/11/2026",
            "hours": "124",
            "minutes": "30",
            "signer": "Trần Ngọc Sơn",
            "signer_title": "Phó Chủ tịch",
        },
        "signers": [],
    },
    "field_report": {
        "title": "Tổ công nghệ số cộng đồng, tháng 11/2026",
        "values": {
            "who": "Tổ công nghệ số cộng đồng thôn Ún Tà",
            "span": "từ 01/11/2026 đến 30/11/2026",
            "edition": 2,
            "because": "Ghi sót một buổi hướng dẫn",
            "lines": [
                {"title": "Hộ gặp được", "value": "42", "before": "38", "goal": "40"},
                {"title": "Người được giúp", "value": "1.349", "before": "0", "goal": ""},
            ],
            "parts": [{"title": "Việc đã giúp", "rows": [{"title": "Cài VNeID", "value": "12"}]}],
            "workshops": [{"title": "Nhận biết lừa đảo", "day": "15/11/2026", "present": "31"}],
            "answers": [{"title": "Sóng yếu ở đầu thôn", "answer": "Nhà mạng đặt thêm trạm trước 30/12."}],
            "teams": [
                {"name": "Tổ thôn Ún Tà", "houses": "42", "people": "60", "filings": "7", "difficulties": "5"}
            ],
            "done": "Đi hết các hộ chưa có điện thoại.",
            "hard": "Nhiều nhà đi nương cả ngày.",
            "asks": "Xin thêm một bộ loa.",
            "signer": "Lù Thị Mẩy",
            "signer_title": "Tổ trưởng",
            "to": "UBND xã Cốc San",
        },
        "signers": [],
    },
    "badge_cards": {
        "title": "Thẻ thành viên tổ công nghệ số cộng đồng",
        "values": {
            "cards": [
                {
                    "name": "Lù Thị Mẩy Nguyên Thảo",
                    "team": "Tổ công nghệ số cộng đồng thôn Ún Tà",
                    "place": "Thôn Ún Tà",
                    "code": "4821-7730",
                    "until": "31/12/2026",
                    "url": "127.0.0.1:8000/t/4821-7730",
                    "qr": QR,
                }
            ]
            * 3,
            "phone": "0214 3 000 000",
        },
        "signers": [],
    },
    "slip_book": {
        "title": "Phiếu để lại nhà, số 000001 đến 000008",
        "values": {
            "numbers": [f"{n:06d}" for n in range(1, 9)],
            "holder": "Lù Thị Mẩy",
            "url": "127.0.0.1:8000/b",
            "phone": "0214 3 000 000",
            "qr": QR,
        },
        "signers": [],
    },
    "attendance_list": {
        "title": "Danh sách tham dự",
        "values": {
            "gathering": "Nhận biết lừa đảo qua điện thoại",
            "place": "Nhà văn hóa thôn Ún Tà",
            "starts": "19 giờ 30 phút, ngày 15/11/2026",
            "lead": "Lù Thị Mẩy",
            "rows": [{"name": "Vàng Văn Phúc", "born": "1951", "place": "nhà 12, Ún Tà"}],
            "blank": 12,
        },
        "signers": [],
    },
    "gathering_poster": {
        "title": "Nhận biết lừa đảo qua điện thoại",
        "values": {
            "gathering": "Nhận biết lừa đảo qua điện thoại",
            "kind_title": "Buổi phòng chống lừa đảo",
            "place": "Nhà văn hóa thôn Ún Tà",
            "starts": "19 giờ 30 phút, ngày 15/11/2026",
            "code": "K7M2-9QXT",
            "url": "127.0.0.1:8000/w/K7M2-9QXT",
            "qr": QR,
        },
        "signers": [],
    },
}

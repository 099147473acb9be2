"""One full set of data per template, with names long enough to wrap. All of it is invented."""

from __future__ import annotations

from typing import Any

from dinh.papers.tests.samples_of_changes import OF_CHANGES
from dinh.papers.tests.samples_of_reports import OF_REPORTS
from dinh.papers.tests.samples_of_teams import OF_TEAMS

AGENCY = {
    "parent": "Tỉnh Lào Cai",
    "name": "Ủy ban nhân dân xã Cốc San",
    "office": "Trung tâm Phục vụ hành chính công",
    "place": "Cốc San",
    "address": "Thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
    "phone": "0214 3 000 000",
    "email": "cocsan@example.vn",
}
DOSSIER = {
    "number": "H38.02-261122-0007",
    "procedure": "Thủ tục cấp bản sao trích lục hộ tịch, bản sao Giấy khai sinh",
    "procedure_local": "Copie d’extrait d’état civil, copie d’acte de naissance",
    "applicant_name": "Vàng Thị Phúc Nguyên Thảo",
    "applicant_number": "010151000123",
    "applicant_address": "Số 12, ngõ 3, thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
    "applicant_phone": "0912 000 000",
    "applicant_email": "phuc@example.vn",
    "received_at": "2026-11-22T08:15:00+07:00",
    "due_at": "2026-11-23T17:00:00+07:00",
    "received_by": "Lý Thị Mai",
    "documents": [
        {
            "title": "Tờ khai cấp bản sao trích lục hộ tịch",
            "title_local": "Demande de copie d’extrait",
            "copy": 2,
            "quantity": 1,
        },
        {
            "title": "Giấy tờ tùy thân của người yêu cầu hoặc thông tin trong Cơ sở dữ liệu quốc gia về dân cư",
            "title_local": "Pièce d’identité, ou ses données dans la base nationale de la population",
            "copy": 0,
            "quantity": 1,
        },
    ],
    "sets": 1,
    "time_limit": "Ngay trong ngày làm việc; nhận sau 15 giờ thì trả trong ngày làm việc tiếp theo",
    "result_at": "Trung tâm Phục vụ hành chính công xã Cốc San",
    "fee": "8.000 đ (lệ phí, 1 bản)",
}
PERSON = {
    "full_name": "Vàng Văn Phúc",
    "birth": "1951-03-12",
    "sex": "1",
    "ethnicity": "25",
    "nationality": "VNM",
    "birth_place": "Trạm y tế xã Cốc San, huyện Bát Xát, tỉnh Lào Cai",
    "home_place": "Thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
    "number": "010051000123",
    "address": "Số 12, thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
}
BIRTH = {
    **PERSON,
    "mother_name": "Lù Thị Mẩy",
    "mother_birth": "1928",
    "mother_ethnicity": "25",
    "mother_nationality": "VNM",
    "mother_residence": "Thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
    "father_name": "Vàng A Páo",
    "father_birth": "1925",
    "father_ethnicity": "25",
    "father_nationality": "VNM",
    "father_residence": "Thôn Ún Tà, xã Cốc San, huyện Bát Xát, tỉnh Lào Cai (nay là thôn Ún Tà, xã Cốc San, tỉnh Lào Cai)",
    "applicant_name": "Lù Thị Mẩy",
    "applicant_number": "010128000001",
    "registered_at": "Ủy ban nhân dân xã Cốc San, huyện Bát Xát, tỉnh Lào Cai",
    "registered_on": "1951-04-02",
    "record_number": "12/1951",
    "book": "1951",
}
LEADER = {"role": "leader", "name": "Hoàng Minh Đức", "title": "Phó Chủ tịch"}
OFFICE = {"role": "agency", "name": "Ủy ban nhân dân xã Cốc San"}
BOTH = [LEADER, OFFICE]

SAMPLES: dict[str, dict[str, Any]] = {
    "receipt": {"title": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "signers": [OFFICE]},
    "supplement_request": {
        "title": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
        "number": "7/PYC",
        "values": {
            "items": [
                {
                    "title": "Giấy chứng sinh",
                    "title_local": "Certificat d’accouchement",
                    "fault": "incomplete",
                    "note": "Ảnh chụp bị mất góc dưới; xin chụp lại cả trang.",
                },
                {
                    "title": "Họ, chữ đệm, tên người mẹ",
                    "title_local": "Nom de la mère",
                    "fault": "incorrect",
                    "note": "Khác với Cơ sở dữ liệu dân cư: xin xem lại dấu.",
                },
            ],
            "officer": "Lý Thị Mai",
            "until": "2026-12-01",
        },
        "signers": [OFFICE],
    },
    "refusal": {
        "title": "Phiếu từ chối tiếp nhận, giải quyết hồ sơ",
        "number": "3/PTC",
        "values": {
            "reason": "Việc đăng ký này thuộc thẩm quyền của cơ quan công an cấp tỉnh.",
            "legal_basis": "Điều 7 Nghị định 118/2025/NĐ-CP",
            "next": "Nộp hồ sơ tại bất kỳ trung tâm phục vụ hành chính công nào của tỉnh; chúng tôi sẵn sàng giúp.",
            "officer": "Lý Thị Mai",
        },
        "signers": [OFFICE],
    },
    "apology": {
        "title": "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
        "values": {
            "reason": "Mất điện hai ngày ở trung tâm, chúng tôi chưa đối chiếu được với sổ gốc.",
            "promised": "2026-11-26",
            "officer": "Nguyễn Văn Minh",
            "officer_title": "Công chức tư pháp - hộ tịch",
            "officer_phone": "0214 3 000 001",
        },
        "signers": [OFFICE],
    },
    "birth_certificate": {"title": "Giấy khai sinh", "number": "12/2026", "values": BIRTH, "signers": BOTH},
    "birth_extract_copy": {
        "title": "Trích lục khai sinh (bản sao)",
        "number": "45/TLKS-BS",
        "values": BIRTH,
        "signers": BOTH,
    },
    "marriage_extract": {
        "title": "Trích lục kết hôn (bản sao)",
        "number": "3/TLKH-BS",
        "values": {
            "wife_name": "Lý Thị Hương",
            "wife_birth": "1984-05-20",
            "wife_number": "010184000777",
            "wife_ethnicity": "25",
            "wife_nationality": "VNM",
            "wife_residence": "thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
            "husband_name": "Vàng Văn Lâm",
            "husband_birth": "1981",
            "husband_number": "010081000776",
            "husband_ethnicity": "25",
            "husband_nationality": "VNM",
            "husband_residence": "thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
            "married_on": "2008-11-02",
            "registered_at": "Ủy ban nhân dân xã Cốc San, tỉnh Lào Cai",
            "registered_on": "2008-11-02",
            "record_number": "17/2008",
            "book": "2008",
        },
        "signers": BOTH,
    },
    "death_extract": {
        "title": "Trích lục khai tử",
        "number": "5/TLKT",
        "values": {
            **PERSON,
            "last_residence": PERSON["address"],
            "died_on": "2026-11-20",
            "died_time": "04:30",
            "death_place": "Tại nhà, thôn Ún Tà, xã Cốc San",
            "cause": "Tuổi già",
            "notice_number": "4/2026",
            "notice_on": "2026-11-20",
            "notice_by": "Trạm y tế xã Cốc San",
            "applicant_name": "Vàng Văn Lâm",
            "applicant_relation": "child",
            "registered_at": "Ủy ban nhân dân xã Cốc San, tỉnh Lào Cai",
            "registered_on": "2026-11-22",
            "record_number": "5/2026",
            "book": "2026",
        },
        "signers": BOTH,
    },
    "certified_copy": {
        "title": "Chứng thực bản sao từ bản chính",
        "number": "210/2026",
        "values": {
            "paper_kind": "diploma",
            "paper_title": "Bằng tốt nghiệp trung học phổ thông",
            "paper_number": "B 123456",
            "paper_issuer": "Sở Giáo dục và Đào tạo tỉnh Lào Cai",
            "paper_issued_on": "2019-07-15",
            "pages": 1,
            "copies": 2,
            "requester_name": "Vàng Văn Phúc",
            "registered_on": "2026-11-22",
            "record_number": "210/2026",
            "book": "2026",
            "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
        "signers": BOTH,
    },
    "residence_notice": {
        "title": "Thông báo về kết quả giải quyết đăng ký cư trú",
        "number": "31/TB-CAX",
        "values": {
            **PERSON,
            "kind": "permanent",
            "household_code": "HK-0102-0042",
            "head_name": "Vàng Văn Lâm",
            "relation": "09",
            "from_on": "2026-11-22",
            "members": [
                {
                    "full_name": "Lý Thị Hương",
                    "birth": "1984-05-20",
                    "sex": "2",
                    "number": "010184000777",
                    "relation": "01",
                },
                {
                    "full_name": "Vàng Lý Bảo Châu",
                    "birth": "2015-02-02",
                    "sex": "2",
                    "number": "010315000778",
                    "relation": "08",
                },
            ],
        },
        "signers": [
            {"role": "leader", "name": "Trần Quang Huy", "title": "Trưởng Công an xã"},
            {"role": "agency", "name": "Công an xã Cốc San"},
        ],
    },
    "pension_decision": {
        "title": "Quyết định về việc trợ cấp hưu trí xã hội",
        "number": "88/QĐ-UBND",
        "values": {
            **PERSON,
            "amount_vnd": 500000,
            "from_on": "2026-12-01",
            "group": "age_75",
            "pay_way": "cash",
        },
        "signers": BOTH,
    },
    **OF_TEAMS,
    **OF_REPORTS,
    **OF_CHANGES,
}


def sample(template: str, language: str = "vi") -> dict[str, Any]:
    """Return the keyword arguments of `render` for a template, code and time apart."""
    given = SAMPLES[template]
    return {
        "template": template,
        "title": given["title"],
        "number": given.get("number", ""),
        "language": language,
        "data": {
            "agency": AGENCY,
            "dossier": DOSSIER,
            "values": given.get("values", {}),
            "demonstration": True,
        },
        "signers": given["signers"],
    }

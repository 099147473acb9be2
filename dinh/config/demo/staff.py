"""Who works in the demonstration commune, and the citizens who may sign in.

Passwords and one-time codes of these accounts are for the demonstration alone: every
account is marked so, and the pages that show its codes say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dinh.directory import actions, queries, sign_in
from dinh.directory.models import Account, Unit

PASSWORD = "dinh-lang-coc-san"  # noqa: S105 - printed by `make run`; refused outside a demonstration


@dataclass(frozen=True)
class Member:
    """One member of staff: who, in which role, at which office."""

    username: str
    full_name: str
    title: str
    role: str
    office: str
    story: str  # printed by `make run`


COCSAN = (
    Member("huong", "Lò Thị Hương", "Công chức Trung tâm Phục vụ hành chính công", "reception_officer", "service_centre",
           "tiếp nhận và trả kết quả"),
    Member("tam", "Vàng Thị Tâm", "Công chức Trung tâm Phục vụ hành chính công", "reception_officer", "service_centre",
           "tiếp nhận và trả kết quả"),
    Member("minh", "Nguyễn Văn Minh", "Công chức tư pháp - hộ tịch", "civil_status_officer", "peoples_committee",
           "thẩm tra hộ tịch, chứng thực"),
    Member("yen", "Hoàng Thị Yến", "Công chức tư pháp - hộ tịch", "civil_status_officer", "peoples_committee",
           "thẩm tra hộ tịch, chứng thực"),
    Member("thao", "Vũ Thị Thảo", "Chuyên viên Phòng Văn hóa - Xã hội", "social_officer", "culture_social",
           "thẩm định trợ cấp"),
    Member("dung", "Hoàng Tiến Dũng", "Cán bộ Công an xã", "police_officer", "police", "thẩm định cư trú"),
    Member("thang", "Lê Quang Thắng", "Trưởng Công an xã", "police_chief", "police", "duyệt cư trú"),
    Member("son", "Trần Ngọc Sơn", "Phó Chủ tịch UBND xã", "leader", "peoples_committee", "ký duyệt"),
    Member("ha", "Phạm Thu Hà", "Chủ tịch UBND xã", "leader", "peoples_committee", "ký duyệt"),
    Member("van", "Đỗ Thị Vân", "Văn thư", "clerk", "peoples_committee", "văn thư"),
    Member("khoa", "Lý Văn Khoa", "Chuyên viên phụ trách dữ liệu", "data_officer", "culture_social",
           "làm sạch sổ dữ liệu"),
    Member("nga", "Tẩn Thị Nga", "Chuyên viên phụ trách dữ liệu", "data_officer", "culture_social",
           "số hóa sổ giấy"),
    Member("hoa", "Lục Thị Hoa", "Công chức phụ trách chuyển đổi số", "digital_officer", "culture_social",
           "các tổ công nghệ số"),
    Member("quan", "Bùi Anh Quân", "Quản trị hệ thống", "administrator", "peoples_committee", "quản trị"),
    Member("binh", "Ngô Thanh Bình", "Kiểm tra nội bộ", "auditor", "peoples_committee", "kiểm tra"),
)  # fmt: skip
NEXT_COMMUNE = (
    Member("loan", "Giàng Thị Loan", "Công chức Trung tâm Phục vụ hành chính công", "reception_officer", "service_centre",
           "tiếp nhận ở xã bên"),
)  # fmt: skip
PROVINCE = (
    Member(
        "tuyen",
        "Đặng Thị Tuyên",
        "Chuyên viên Sở Nội vụ",
        "administrator",
        "",
        "địa danh và sắp xếp đơn vị của tỉnh",
    ),
)

# Of a village's team: they get their roles with their terms (`demo.outreach.crew`), the others there have no password.
TEAMS = (
    Member(
        "lan",
        "Vàng Thị Lan",
        "Tổ trưởng tổ công nghệ số cộng đồng",
        "team_leader",
        "",
        "tổ trưởng thôn Ún Tà",
    ),
    Member(
        "pao",
        "Lù A Páo",
        "Thành viên tổ công nghệ số cộng đồng",
        "volunteer",
        "",
        "đến từng nhà ở thôn Ún Tà",
    ),
)


def appoint_all(unit: Unit, members: tuple[Member, ...], since: date, at: datetime) -> dict[str, Account]:
    """Open an account for each member, give the role, and enrol a one-time code; return accounts by username."""
    accounts = {}
    for member in members:
        account = actions.open_account(
            username=member.username, full_name=member.full_name, title=member.title, unit=unit,
            password=PASSWORD, must_change_password=False, demonstration=True, by=None, at=at,
        )  # fmt: skip
        actions.appoint(
            account=account, role=member.role, unit=unit,
            office=queries.office(unit, member.office, since) if member.office else None,
            valid_from=since, by=None, at=at,
        )  # fmt: skip
        sign_in.enrol(account)
        accounts[member.username] = account
    return accounts

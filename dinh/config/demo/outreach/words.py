"""What people said and members wrote, in Vietnamese: of the demonstration alone, so no catalogue of translations."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

ABSENT = ("Đi nương cả nhà", "Nhà khóa cửa", "Hàng xóm bảo tối mới về", "Đi chợ phiên")
REFUSED = ("Không muốn tiếp, hẹn không đến nữa", "Bảo đã có con ở xa làm giúp")
NOTES = (
    "Ông bà ở nhà, con đi làm xa", "Đã hướng dẫn con gái dùng", "Tối mới có người biết dùng máy", "Nói tiếng Giáy",
    "Có một máy dùng chung cả nhà", "Máy cũ, hết bộ nhớ", "Hẹn lần sau mang giấy khai sinh", "Đã dán phiếu cạnh cửa",
    "Phải đứng ra sân mới có sóng", "Bà nghe được tiếng Kinh, không đọc được",
)  # fmt: skip
PLACES = (
    "sau nhà văn hóa",
    "cuối thôn, gần suối",
    "trên đồi chè",
    "dọc đường lên nương",
    "khu trường học cũ",
)
# Kind -> what was said, with the procedure that it is about.
SAID: Mapping[str, Sequence[tuple[str, str]]] = {
    "network": (
        ("Trong nhà không có sóng, phải ra đầu dốc mới gọi được.", ""),
        ("Sóng yếu, mở VNeID quay mãi không vào.", ""),
        ("Mưa là mất sóng hai, ba ngày.", ""),
        ("Không có sóng nên nhận mã OTP không kịp.", ""),
        ("Mạng yếu, gửi ảnh giấy tờ lên không được.", ""),
    ),
    "power": (
        ("Điện hay mất buổi tối, không sạc được điện thoại.", ""),
        ("Điện yếu, cắm máy in của nhà văn hóa là nhảy.", ""),
    ),
    "device": (
        ("Cả nhà có một máy, con mang đi làm.", ""),
        ("Không có điện thoại thông minh, máy chỉ nghe gọi.", ""),
        ("Máy cũ quá, không cài được ứng dụng.", ""),
        ("Điện thoại hỏng màn hình, chưa có tiền sửa.", ""),
    ),
    "skill": (
        ("Không biết bấm vào đâu, sợ bấm nhầm.", ""),
        ("Quên mật khẩu, không biết lấy lại.", ""),
        ("Làm một lần rồi nhưng hôm sau lại quên.", ""),
    ),
    "language": (
        ("Chữ trên máy đọc không hiểu, chỉ nói được tiếng Giáy.", ""),
        ("Bà chỉ nghe tiếng Mông, mong có băng đọc.", ""),
        ("Từ trong tờ khai khó quá, hỏi con cũng không biết.", ""),
    ),
    "procedure": (
        ("Xin trợ cấp hưu trí xã hội phải nộp những gì, mỗi người nói một kiểu.", "social_pension"),
        ("Làm khai sinh muộn cho cháu, không biết cần giấy gì.", "birth_registration"),
        ("Đăng ký tạm trú cho con đi làm mà phải về tận xã hai lần.", "temporary_residence"),
    ),
    "portal_fault": (
        ("Nộp đến bước cuối thì báo lỗi, làm lại từ đầu.", "civil_status_extract_copy"),
        ("Trang web quay mãi, ảnh tải lên mất.", "certified_copy"),
    ),
    "fraud": (
        ("Có người gọi xưng công an, bảo cài ứng dụng lạ.", ""),
        ("Nhận tin nhắn trúng thưởng, đòi chuyển tiền trước.", ""),
        ("Bị mất năm trăm nghìn vì bấm vào đường dẫn.", ""),
    ),
    "cost": (
        ("Tiền mạng mỗi tháng đắt quá, hết là thôi.", ""),
        ("Xuống xã in giấy tờ tốn tiền xe.", "certified_copy"),
        ("Nghe nói nộp trên mạng phải mất phí, không dám làm.", ""),
    ),
    "disability": (
        ("Mắt kém, không nhìn rõ chữ trên máy.", ""),
        ("Đi lại khó, không ra nhà văn hóa được.", ""),
    ),
    "fear": (
        ("Sợ lộ thông tin, sợ mất tiền trong tài khoản.", ""),
        ("Sợ làm sai rồi bị phạt.", ""),
        ("Không dám đưa căn cước cho ai chụp.", ""),
    ),
    "no_interest": (
        ("Già rồi, không cần mấy thứ đó.", ""),
        ("Có việc gì thì ra xã, không cần máy.", ""),
    ),
}  # fmt: skip
# Of a report: what the leader writes beside the figures.
DONE = (
    "Đã đến từng nhà theo thứ tự đường đi; nhà nào vắng quay lại buổi tối.",
    "Tập trung cài sổ sức khỏe và hướng dẫn trả tiền điện bằng mã QR.",
    "Cùng thanh niên tình nguyện mở buổi hướng dẫn ở nhà văn hóa, bà con đến đông.",
    "Gặp lại các nhà đã được giúp, hỏi xem đã tự làm được chưa.",
)
HARD = (
    "Buổi ngày bà con đi nương, phải đi buổi tối.",
    "Một số nhà cuối thôn không có sóng, về đến nhà văn hóa mới gửi được.",
    "Người già nhiều, cần người nói tiếng dân tộc đi cùng.",
    "Vài nhà còn sợ bị lừa, phải đi cùng trưởng thôn.",
)
ASKS = (
    "Đề nghị xã làm việc với nhà mạng về sóng cuối thôn.",
    "Xin thêm phiếu để lại nhà và một bộ sạc dự phòng.",
    "Mong có băng đọc bằng tiếng Giáy về trợ cấp hưu trí.",
    "",
)


def difficulty(kind: str, rng: random.Random) -> tuple[str, str]:
    """Return what somebody said of a difficulty of that kind, and the procedure that it is about."""
    return rng.choice(SAID[kind])


# Kind -> title of the card over what was said, and the username of who owns it.
CARDS: Mapping[str, tuple[str, str]] = {
    "network": ("Sóng yếu, mất sóng ở cuối thôn", "son"),
    "power": ("Điện yếu và hay mất buổi tối", "son"),
    "device": ("Nhà không có điện thoại thông minh thì làm thủ tục thế nào", "hoa"),
    "skill": ("Quên cách làm, quên mật khẩu", "hoa"),
    "language": ("Cần hướng dẫn bằng tiếng dân tộc", "hoa"),
    "procedure": ("Giấy tờ cần nộp của các thủ tục hay hỏi", "huong"),
    "portal_fault": ("Cổng dịch vụ công báo lỗi khi nộp", "huong"),
    "fraud": ("Cuộc gọi giả danh công an, tin nhắn trúng thưởng", "dung"),
    "cost": ("Tiền mạng và tiền đi lại", "hoa"),
    "disability": ("Người mắt kém, đi lại khó", "thao"),
    "fear": ("Lo lộ thông tin, sợ làm sai", "hoa"),
    "no_interest": ("Chưa thấy cần", "hoa"),
}
ANSWERS: Mapping[str, str] = {
    "network": "Xã đã gửi văn bản cho nhà mạng; trạm mới dựng trong quý tới. Trong lúc chờ, nhà văn hóa có mạng dùng chung.",
    "power": "Điện lực đã ghi vào kế hoạch nâng đường dây. Nhà văn hóa có chỗ sạc điện thoại.",
    "device": "Không cần điện thoại: thành viên tổ nộp giúp tại nhà khi bà con đồng ý, kết quả mang đến tận nhà.",
    "skill": "Chủ nhật cách tuần có buổi hướng dẫn ở nhà văn hóa; quên thì cứ đến, tổ làm lại cùng.",
    "language": "Mỗi tổ nay có người nói tiếng dân tộc trong thôn đi cùng; đang thu băng đọc tiếng Giáy và tiếng Mông.",
    "procedure": "Tờ hướng dẫn từng giấy tờ đã để ở nhà văn hóa; chưa rõ thì gọi Trung tâm trước khi đi.",
    "portal_fault": "Lỗi đã báo lên tỉnh và đã sửa. Hồ sơ dở vẫn còn, mở lại bằng mã là làm tiếp được.",
    "fraud": "Công an không gọi điện yêu cầu cài ứng dụng. Tắt máy, gọi lại cho công an xã hoặc tổ trưởng.",
    "cost": "Nộp trên mạng không mất thêm phí. Ở nhà văn hóa có mạng và máy in dùng không mất tiền.",
    "disability": "Tổ đến tận nhà; người không đọc được thì được đọc cho nghe và điểm chỉ trước người làm chứng.",
    "fear": "Giấy tờ chỉ dùng cho việc bà con yêu cầu; ai đã xem đều hiện trong “Dữ liệu của tôi”.",
    "no_interest": "Không ai bị bắt buộc. Khi cần, bà con gọi tổ hoặc ra Trung tâm đều được.",
}

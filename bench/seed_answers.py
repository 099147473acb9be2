"""What is typed into the page of fifteen questions (`catalogue/procedures/bench_form.toml`)."""

FIFTEEN = {
    "full_name": "Vàng Văn Phúc",
    "number": "010075001234",
    "birth": "12/03/1975",
    "sex": "1",
    "ethnicity": "24",
    "nationality": "VNM",
    "home": "thôn Ún Tà, xã Cốc San",
    "phone": "0912345678",
    "email": "phuc@example.vn",
    "copies": "2",
    "amount": "20.000",
    "married": "yes",
    "spouse": "Lý Thị Mai",
    "at_time": "14:30",
    "why": "Chỉ để đo tốc độ lưu một trang mười lăm câu hỏi.",
}

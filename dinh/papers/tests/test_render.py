"""Every template draws: with our fonts, tagged, readable by a phone, honest about what it is."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dinh.catalogue import store
from dinh.directory.tests.cast import HANOI
from dinh.lib.errors import Broken
from dinh.papers import render, templates, values
from dinh.papers.tests.samples import SAMPLES, sample
from dinh.papers.tests.samples_of_changes import OF_CHANGES
from dinh.papers.tests.samples_of_reports import OF_REPORTS
from dinh.papers.tests.samples_of_teams import OF_TEAMS

AT = datetime(2026, 11, 22, 10, 4, tzinfo=HANOI)
CODE, URL = "7K3QMX9T2D", "http://127.0.0.1:8000/k/7K3QMX9T2D"
ALL = sorted(SAMPLES)
OF_DOSSIERS = sorted(
    set(SAMPLES) - set(OF_TEAMS) - set(OF_REPORTS) - set(OF_CHANGES)
)  # with the heading of the nation and a check box


def needs(program: str) -> str:
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not installed")
    return found


def draw(template: str, language: str = "vi", **more: Any) -> bytes:
    return render.render(
        **sample(template, language) | {"check_code": CODE, "check_url": URL, "at": AT} | more
    )


def text_of(pdf: bytes) -> str:
    done = subprocess.run(
        [needs("pdftotext"), "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return re.sub(r"\s+", " ", done.stdout.decode())


def test_every_template_has_a_sample_and_every_result_a_template() -> None:
    assert tuple(ALL) == templates.names()
    wanted = {procedure.result.template for procedure in store.get().procedures.values()}
    assert wanted <= set(ALL)


@pytest.mark.parametrize("template", ALL)
def test_a_paper_has_embedded_fonts_of_ours_only_and_tags(template: str, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(draw(template))

    fonts = subprocess.run([needs("pdffonts"), str(path)], capture_output=True, text=True, check=True).stdout
    info = subprocess.run([needs("pdfinfo"), str(path)], capture_output=True, text=True, check=True).stdout

    rows = [line.split() for line in fonts.splitlines()[2:]]
    assert rows
    assert all(re.match(r"[A-Z]{6}\+Noto(Serif|Sans)-", row[0]) for row in rows), fonts
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows), fonts
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"Pages:\s+1\b", info)
    assert SAMPLES[template]["title"] in info


@pytest.mark.parametrize("template", OF_DOSSIERS)
def test_a_phone_reads_the_check_address_from_the_drawn_code(template: str, tmp_path: Path) -> None:
    program = needs("zbarimg")
    path = tmp_path / "paper.pdf"
    path.write_bytes(draw(template))
    subprocess.run(
        [needs("pdftoppm"), "-r", "130", "-png", str(path), str(tmp_path / "page")],
        check=True,
        capture_output=True,
    )

    page = next(tmp_path.glob("page*.png"))
    done = subprocess.run(
        [program, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", str(page)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == URL


@pytest.mark.parametrize("template", OF_DOSSIERS)
def test_a_paper_bears_the_nation_the_agency_and_the_word_demonstration(template: str) -> None:
    said = text_of(draw(template))

    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ỦY BAN NHÂN DÂN XÃ CỐC SAN",
        "BẢN TRÌNH DIỄN – không có giá trị pháp lý", "7K3QM-X9T2D",
    ):  # fmt: skip
        assert words in said, words


def test_a_real_paper_does_not_call_itself_a_demonstration() -> None:
    data = {**sample("birth_extract_copy")["data"], "demonstration": False}

    assert "TRÌNH DIỄN" not in text_of(draw("birth_extract_copy", data=data)).upper()


@pytest.mark.parametrize(
    ("language", "label"),
    [("fr", "Récépissé de dossier"), ("en", "Receipt and appointment"), ("vi", "GIẤY TIẾP NHẬN")],
)
def test_a_receipt_speaks_the_reader_s_language_under_the_vietnamese(language: str, label: str) -> None:
    said = text_of(draw("receipt", language))

    assert label in said
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in said


def test_form_01_has_all_its_fields() -> None:
    said = text_of(draw("receipt"))

    for words in (
        "H38.02-261122-0007", "Vàng Thị Phúc Nguyên Thảo", "010151000123", "thôn Ún Tà", "0912 000 000",
        "phuc@example.vn", "trích lục hộ tịch", "Tờ khai", "Bản điện tử", "Bản chính", "Số bộ hồ sơ", "15 giờ",
        "08 giờ 15 phút", "17 giờ 00 phút", "23/11/2026", "Trung tâm Phục vụ hành chính công xã Cốc San", "8.000 đ",
        "Người nộp hồ sơ", "Lý Thị Mai",
    ):  # fmt: skip
        assert words in said, words


def test_every_label_of_a_slip_is_translated_into_french_and_english() -> None:
    folder = templates.folder()
    said = tomllib.loads((folder / "words.toml").read_text())
    labels: set[str] = set()
    for name in ("receipt", "supplement_request", "refusal"):
        source = (folder / f"{name}.typ").read_text()
        labels |= set(
            re.findall(
                r'(?:\(|field\(|both\(|sign\(|head\(|local\(|locally\(|sentence\()"([A-ZĐ][^"#]+)"[,)]',
                source,
            )
        )
    assert len(labels) > 20
    for language in ("fr", "en"):
        assert not labels - set(said[language]), language


@pytest.mark.parametrize("template", OF_DOSSIERS)
def test_a_very_long_name_and_address_are_printed_whole(template: str) -> None:
    name = "Nguyễn Phúc Công Tằng Tôn Nữ Hoàng Thị Ngọc Bảo Châu Quỳnh Hương"
    address = "Căn hộ 1204, tòa nhà B, khu nhà ở công nhân, ngõ 12, ngách 34/5, " * 4 + "xã Cốc San"
    given = sample(template, "fr")
    dossier = {**given["data"]["dossier"], "applicant_name": name, "applicant_address": address}
    long = {key: name if key.endswith("name") else address if key.endswith(("address", "residence")) else value
            for key, value in given["data"]["values"].items()}  # fmt: skip

    pdf = draw(template, "fr", data={**given["data"], "dossier": dossier, "values": long})

    said = text_of(pdf)
    assert said.count("Trang ") <= 2
    assert "7K3QM-X9T2D" in said
    bears = {word.casefold() for word in said.split()}
    printed = [set(one.casefold().split()) for one in (name, address) if one.casefold().split()[0] in bears]
    assert printed and all(words <= bears for words in printed)


@pytest.mark.parametrize("template", ["pension_decision", "residence_notice"])
def test_a_decision_says_who_receives_it(template: str) -> None:
    said = text_of(draw(template))

    assert "Nơi nhận:" in said and "Lưu:" in said


@pytest.mark.parametrize(
    ("template", "words"),
    [("refusal", "former une réclamation"), ("supplement_request", "Pour traiter votre dossier")],
)
def test_what_a_slip_says_at_length_is_said_in_french_too(template: str, words: str) -> None:
    assert words in text_of(draw(template, "fr"))
    assert words not in text_of(draw(template, "vi"))


def test_what_a_person_typed_is_never_markup() -> None:
    data = sample("refusal")["data"]
    evil = '#danger[x] $a$ *b* "] #read("/etc/passwd") <script>'
    data = {**data, "values": {**data["values"], "reason": evil}}

    assert re.sub(r"\s+", " ", evil) in text_of(draw("refusal", data=data))


def test_long_names_wrap_and_stay_whole() -> None:
    data = sample("birth_certificate")["data"]
    name = "Nguyễn Phước Bảo Ngọc Thùy Trang Anh Thư Minh Châu Kim Liên Thanh Hằng"
    data = {
        **data,
        "values": {**data["values"], "full_name": name, "mother_name": name, "birth_place": name * 3},
    }

    said = text_of(draw("birth_certificate", data=data))

    assert name.upper() in said
    assert said.count("Nguyễn Phước Bảo Ngọc") == 3


def test_a_deputy_signs_in_place_of_the_head() -> None:
    assert "KT. CHỦ TỊCH PHÓ CHỦ TỊCH" in text_of(draw("birth_extract_copy"))
    assert "KT." not in text_of(draw("residence_notice"))


def test_decomposed_letters_come_out_composed() -> None:
    data = sample("refusal")["data"]
    data = {**data, "values": {**data["values"], "reason": "Va\u0300ng Thi\u0323 Ma\u0302\u0309y"}}

    assert "Vàng Thị Mẩy" in text_of(draw("refusal", data=data))


@pytest.mark.parametrize("template", OF_DOSSIERS)
def test_missing_values_leave_dots_not_a_failure(template: str) -> None:
    assert "……" in text_of(draw(template, data={"agency": {"name": "Ủy ban"}, "demonstration": True})) or template in {
        "refusal", "supplement_request", "pension_decision", "residence_notice", "receipt",
    }  # fmt: skip


def test_the_same_data_at_the_same_time_draw_the_same_bytes() -> None:
    assert draw("birth_extract_copy") == draw("birth_extract_copy")


def test_a_missing_template_is_a_defect() -> None:
    with pytest.raises(Broken, match=r"papers\.no_template"):
        render.render(
            **sample("refusal") | {"template": "../house", "check_code": CODE, "check_url": URL, "at": AT}
        )


def test_drawing_warm_takes_a_tenth_of_a_second_at_most() -> None:
    draw("birth_extract_copy")
    taken = []
    for _ in range(5):
        began = time.process_time()
        draw("birth_extract_copy")
        taken.append(time.process_time() - began)

    assert sorted(taken)[2] <= 0.1


def test_codes_dates_and_money_become_words() -> None:
    said = values.shown(
        {
            "sex": "2",
            "mother_ethnicity": "25",
            "birth": "1951-03-12",
            "amount_vnd": 500000,
            "member": [{"sex": "1"}],
            "died_on": "1951",
            "note": "1951-03",
        }
    )

    assert said["sex"] == "Nữ"
    assert said["mother_ethnicity"] == "Giáy"
    assert (said["birth"], said["birth_words"]) == (
        "12/03/1951",
        "ngày mười hai tháng ba năm một nghìn chín trăm năm mươi mốt",
    )
    assert (said["amount_vnd"], said["amount_words"]) == ("500.000 đ", "năm trăm nghìn đồng")
    assert said["member"] == [{"sex": "Nam"}]
    assert said["died_on"] == "1951"

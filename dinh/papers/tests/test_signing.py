"""Two signatures stand on a paper, in their order, and hold in a program that is not ours."""

from __future__ import annotations

import stat
import subprocess
import threading
from datetime import datetime
from pathlib import Path

import pytest

from dinh.directory.tests.cast import HANOI
from dinh.lib.ids import uuid7
from dinh.papers.signing import authority, pades
from dinh.papers.signing.base import Signer, signer_for
from dinh.papers.signing.examine import examine
from dinh.papers.tests.samples import BOTH
from dinh.papers.tests.test_render import draw, needs

AT = datetime(2025, 7, 14, 9, 30, tzinfo=HANOI)
AGENCY = "Ủy ban nhân dân xã Cốc San"
UNIT = uuid7()


def signers() -> list[Signer]:
    return [signer_for({**one, "account": "lan"}, UNIT, AGENCY) for one in BOTH]


@pytest.fixture
def signed(home: Path) -> bytes:
    return pades.sign(draw("birth_extract_copy"), signers(), at=AT, place="Cốc San")


def pdfsig(pdf: bytes, folder: Path, root: Path) -> str:
    program, certutil, nss = needs("pdfsig"), needs("certutil"), folder / "nss"
    (folder / "paper.pdf").write_bytes(pdf)
    nss.mkdir(exist_ok=True)
    subprocess.run([certutil, "-N", "-d", nss, "--empty-password"], check=True, capture_output=True)
    subprocess.run(
        [certutil, "-A", "-d", nss, "-n", "dinh-demo", "-t", "CT,C,C", "-i", root],
        check=True,
        capture_output=True,
    )
    done = subprocess.run(
        [program, "-nssdir", nss, folder / "paper.pdf"], capture_output=True, text=True, check=False
    )
    return done.stdout


def test_pdfsig_finds_both_valid_and_trusted_with_the_demonstration_root(
    signed: bytes, tmp_path: Path
) -> None:
    said = pdfsig(signed, tmp_path, authority.root_path())

    assert said.count("Signature is Valid.") == 2
    assert said.count("Certificate is Trusted.") == 2
    assert said.count("ETSI.CAdES.detached") == 2
    assert said.index("Hoàng Minh Đức") < said.index("Signature #2") < said.rindex(AGENCY)
    assert "Jul 14 2025" in said
    assert "không có giá trị pháp lý" in said


def test_pdfsig_does_not_trust_another_house_s_root(signed: bytes, tmp_path: Path, settings: object) -> None:
    settings.DINH_HOME = tmp_path / "other"  # type: ignore[attr-defined]

    said = pdfsig(signed, tmp_path, authority.root_path())

    assert "Certificate is Trusted." not in said
    assert "Signature #2" in said


def test_pdfsig_finds_a_changed_byte(signed: bytes, tmp_path: Path) -> None:
    assert "Signature is Valid." not in pdfsig(
        signed.replace(b"/Producer", b"/Producex", 1), tmp_path, authority.root_path()
    )


def test_the_first_signature_s_bytes_are_untouched_by_the_second(home: Path) -> None:
    pdf = draw("birth_extract_copy")
    leader, office = signers()

    first = pades.sign(pdf, [leader], at=AT)
    assert first.startswith(pdf)
    assert len(pades.sign(first, [office], at=AT)) > len(first)


def test_our_own_examination_agrees(signed: bytes) -> None:
    found = examine(signed, authority.root_path())

    assert [(one.name, one.intact, one.trusted, one.whole) for one in found] == [
        ("Hoàng Minh Đức", True, True, True), (AGENCY, True, True, True),
    ]  # fmt: skip
    assert datetime.fromisoformat(found[0].signed_at) == AT


def test_our_own_examination_finds_a_changed_byte(signed: bytes) -> None:
    found = examine(signed.replace(b"/Producer", b"/Producex", 1), authority.root_path())

    assert [one.intact for one in found] == [False, False]


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7 nonsense", b"%PDF-1.7\n" + b"[" * 100_000, b"\x00" * 1000])
def test_a_hostile_or_broken_file_yields_nothing(home: Path, pdf: bytes) -> None:
    assert examine(pdf, authority.root_path()) == ()


def test_keys_are_readable_by_their_owner_alone_and_made_once(home: Path) -> None:
    first = signers()
    authority._end.cache_clear()
    authority._chain.cache_clear()

    again = signers()

    assert [one.certificate_sha256 for one in first] == [one.certificate_sha256 for one in again]
    keys = list(authority.folder().rglob("*.key"))
    assert len(keys) == 4
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert stat.S_IMODE(authority.folder().stat().st_mode) == 0o700


def test_two_who_need_the_authority_at_once_get_the_same(home: Path) -> None:
    found: list[str] = []

    def ask() -> None:
        authority._end.cache_clear()
        authority._chain.cache_clear()
        found.append(signers()[0].certificate_sha256)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_new_name_gets_a_new_certificate_and_another_source_can_be_named(
    home: Path, settings: object
) -> None:
    old = signer_for({"role": "leader", "account": "lan", "name": "Hoàng Minh Đức"}, UNIT, AGENCY)
    new = signer_for({"role": "leader", "account": "lan", "name": "Hoàng Đức Minh"}, UNIT, AGENCY)
    assert old.certificate_sha256 != new.certificate_sha256

    settings.DINH_SIGNERS = f"{__name__}:from_a_token"  # type: ignore[attr-defined]
    assert str(signer_for({"role": "leader"}, UNIT, AGENCY)) == "a token"


def from_a_token(*_given: object) -> str:
    return "a token"


def test_very_long_names_fit_into_a_certificate(home: Path) -> None:
    long = "Nguyễn Phước Bảo Ngọc Thùy Trang " * 5

    assert signer_for({"role": "leader", "account": "x", "name": long}, UNIT, long * 2).certificate_sha256

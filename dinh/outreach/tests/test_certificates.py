"""The certificate of a local network: bound to its names, renewed before it ends, without anything to install again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from django.conf import settings

from dinh.outreach import certificates

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
NAME = "so.coc-san.lan"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DINH_HOME", tmp_path)
    return tmp_path


def _verified(made: certificates.Made, name: str) -> bool:
    leaf = x509.load_pem_x509_certificates(made.server.read_bytes())[0]
    store = Store([made.authority.certificate])
    verifier = PolicyBuilder().store(store).time(AT).build_server_verifier(x509.DNSName(name))
    try:
        verifier.verify(leaf, [])
    except VerificationError:
        return False
    return True


def test_telephones_that_installed_it_trust_the_node_and_nobody_else() -> None:
    made = certificates.make([NAME, "192.168.1.10"], at=AT)

    assert made.new_authority and made.authority.names == (NAME, "192.168.1.10")
    assert _verified(made, NAME) and not _verified(made, "bank.vn")
    leaf = x509.load_pem_x509_certificates(made.server.read_bytes())[0]
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=825)


def test_the_keys_are_for_the_node_alone(home: Path) -> None:
    made = certificates.make([NAME], at=AT)
    for path in (made.key, home / "keys" / "field-ca" / "ca.key"):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("days", "renewed"), [(1, False), (700, False), (770, True)])
def test_asked_again_only_what_ends_soon_is_made_anew(days: int, renewed: bool) -> None:
    first = certificates.make([NAME], at=AT)

    again = certificates.make([], at=AT + timedelta(days=days))

    assert (again.new_authority, again.new_server) == (False, renewed)
    assert again.authority.fingerprint == first.authority.fingerprint


def test_other_names_ask_for_another_authority() -> None:
    first = certificates.make([NAME], at=AT)

    with pytest.raises(certificates.NotMade):
        certificates.make(["other.lan"], at=AT)
    assert certificates.make(["other.lan"], at=AT, new_authority=True).authority != first.authority


def test_without_a_name_there_is_nothing_to_make() -> None:
    with pytest.raises(certificates.NotMade):
        certificates.make([], at=AT)

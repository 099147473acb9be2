"""The demonstration authority: made once on this machine, trusted by nobody else, and saying so in every name.

    $DINH_HOME/keys/demo-ca/root.pem       what to trust in order to check demonstration papers
                            root.key, issuing.pem, issuing.key
                            ends/<id>.pem, <id>.key    leaders and agencies

Keys are readable by their owner alone. Two processes that need the same
certificate for the first time wait for each other on `lock`.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

ORGANISATION = "Trình diễn dinh"
NO_VALUE = "TRÌNH DIỄN – không có giá trị pháp lý"  # a unit of every subject, so that every viewer shows it
# Fixed, and before the demonstration's first dossier: its papers carry the dates of their story.
FROM = datetime(2025, 1, 1, tzinfo=UTC)
ROOT_UNTIL = datetime(2046, 1, 1, tzinfo=UTC)
ISSUING_UNTIL = datetime(2036, 1, 1, tzinfo=UTC)
END_UNTIL = datetime(2031, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey


def folder() -> Path:
    """Return where the authority's files lie."""
    return Path(settings.DINH_HOME) / "keys" / "demo-ca"


def root_path() -> Path:
    """Return the file of the root certificate, made if need be: what `pdfsig` and `certutil` are given."""
    chain()
    return folder() / "root.pem"


def chain() -> tuple[Pair, Pair]:
    """Return the root and the issuing authority."""
    return _chain(str(folder()))


def end(identity: str, common_name: str, organisation: str) -> Pair:
    """Return the certificate and key of a leader or an agency, made at first use.

    identity  what stays the same while the name changes, e.g. "leader/<account id>"
    """
    words = f"{identity}\n{common_name}\n{organisation}"
    return _end(str(folder()), hashlib.sha256(words.encode()).hexdigest()[:32], common_name, organisation)


@functools.cache
def _chain(place: str) -> tuple[Pair, Pair]:
    base = Path(place)
    with _locked(base):
        root = _read(base / "root") or _write(base / "root", _authority("gốc", None, ROOT_UNTIL, 1))
        issuing = _read(base / "issuing") or _write(
            base / "issuing", _authority("cấp dưới", root, ISSUING_UNTIL, 0)
        )
    return root, issuing


@functools.lru_cache(maxsize=256)
def _end(place: str, name: str, common_name: str, organisation: str) -> Pair:
    _root, issuing = _chain(place)
    path = Path(place) / "ends" / name
    with _locked(Path(place)):
        return _read(path) or _write(path, _issue(common_name, organisation, issuing))


@contextmanager
def _locked(base: Path) -> Iterator[None]:
    for place in (
        base.parent,
        base,
        base / "ends",
    ):  # `parents=True` would give the upper ones the usual mode
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _authority(word: str, issuer: Pair | None, until: datetime, depth: int) -> Pair:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"Chứng thực {word} – {ORGANISATION}", ORGANISATION)
    builder = _builder(subject, issuer, key, until)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    return _sign(builder.add_extension(usage, critical=True), key, issuer)


def _issue(common_name: str, organisation: str, issuer: Pair) -> Pair:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(common_name, organisation), issuer, key, END_UNTIL)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
    # NSS judges signatures in a PDF as those of e-mail; RFC 9336 names the purpose as it is.
    purposes = [ExtendedKeyUsageOID.EMAIL_PROTECTION, ObjectIdentifier("1.3.6.1.5.5.7.3.36")]
    return _sign(builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False), key, issuer)


def _name(common_name: str, organisation: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    parts = (
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, NO_VALUE),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(kind, _short(words)) for kind, words in parts])


def _short(words: str) -> str:
    # X.520 bounds these attributes; the library counts the 64 in bytes of UTF-8.
    return words.encode()[:64].decode(errors="ignore")


def _builder(
    subject: x509.Name, issuer: Pair | None, key: EllipticCurvePrivateKey, until: datetime
) -> x509.CertificateBuilder:
    from cryptography import x509

    above = issuer.key.public_key() if issuer else key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), critical=False)
    )


def _usage(**given: bool) -> x509.KeyUsage:
    from cryptography import x509

    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: given.get(name, False) for name in names})


def _sign(builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey, issuer: Pair | None) -> Pair:
    from cryptography.hazmat.primitives import hashes

    return Pair(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _read(path: Path) -> Pair | None:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if not path.with_suffix(".pem").exists():
        return None
    key = load_pem_private_key(path.with_suffix(".key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the demonstration authority keeps keys on P-256 only")
    return Pair(x509.load_pem_x509_certificate(path.with_suffix(".pem").read_bytes()), key)


def _write(path: Path, pair: Pair) -> Pair:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    # The key first, whole and under its own name: a certificate without key is never found.
    secret = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _put(path.with_suffix(".key"), secret, 0o600)
    _put(path.with_suffix(".pem"), pair.certificate.public_bytes(Encoding.PEM), 0o644)
    return pair


def _put(path: Path, content: bytes, mode: int) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

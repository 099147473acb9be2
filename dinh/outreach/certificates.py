"""A certificate for a node on a local network: an authority of its own, bound to its own names, and a server's.

    $DINH_HOME/keys/field-ca/ca.key    the authority's private key; nothing but `dinh field certificate` reads it
    $DINH_HOME/keys/field-ca/ca.crt    what telephones install, once
    $DINH_HOME/tls/server.key, .crt    what the proxy in front of the node shows; made anew before it ends

1. The authority can vouch only for the names it was made for (name constraints, critical): who steals its key cannot
   pretend to be a bank.
2. A server's certificate lives at most 825 days, as telephones ask; it is renewed by the same authority, so that
   nothing has to be installed again.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dinh.journal.keys import write_private
from dinh.lib.errors import Refused

CA_DAYS, SERVER_DAYS = 3650, 825
RENEW_DAYS = 60  # before the end, at which `dinh field certificate` makes a new one by itself
OTHER_NAMES = _(
    "The authority of this node was made for other names (%(names)s). Every telephone would have to install another: "
    "name the same ones, or add --new-authority."
)
NO_NAMES = _("Name the address by which telephones reach the node: so.coc-san.lan, or 192.168.1.10.")


class NotMade(Refused):
    """A certificate cannot be made as it was asked."""


@dataclass(frozen=True)
class Authority:
    """What telephones install."""

    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """Return the file that telephones take."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """Return SHA-256 in pairs of signs, as a telephone shows it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    @property
    def names(self) -> tuple[str, ...]:
        """Return what it may vouch for."""
        found = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        return tuple(_said(name) for name in found.permitted_subtrees or ())


@dataclass(frozen=True)
class Made:
    """Where the files are, and what was made anew."""

    authority: Authority
    server: Path
    key: Path
    until: datetime
    new_authority: bool
    new_server: bool


def authority() -> Authority | None:
    """Return the node's authority; None where there is none."""
    path = _ca() / "ca.crt"
    return Authority(x509.load_pem_x509_certificate(path.read_bytes())) if path.exists() else None


def make(names: Sequence[str], *, at: datetime, new_authority: bool = False, renew: bool = False) -> Made:
    """Make what is missing or ends soon, and return what there is.

    names  DNS names and addresses by which telephones reach the node; left out, those of before
    renew  make the server's certificate anew though it is good

    Raises NotMade.
    """
    known = None if new_authority else authority()
    wanted = tuple(names) or (known.names if known else ())
    if not wanted:
        raise NotMade("outreach.no_names", NO_NAMES)
    if known is not None and set(wanted) - set(known.names):
        raise NotMade("outreach.other_names", OTHER_NAMES % {"names": ", ".join(known.names)})
    ca = known or _make_authority(wanted, at)
    fresh = known is None or renew or _ends_soon(at, wanted)
    if fresh:
        _make_server(ca, wanted, at)
    made = x509.load_pem_x509_certificates(_server("crt").read_bytes())[0]
    return Made(ca, _server("crt"), _server("key"), made.not_valid_after_utc, known is None, fresh)


def _make_authority(names: Sequence[str], at: datetime) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"dinh {settings.DINH_NODE} {at:%Y}")])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    built = (
        _begun(name, name, key, at, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints([_subtree(one) for one in names], None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _ca().mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(_ca() / "ca.key", _pem(key))
    write_private(_ca() / "ca.crt", built.public_bytes(serialization.Encoding.PEM))
    return Authority(built)


def _make_server(ca: Authority, names: Sequence[str], at: datetime) -> None:
    signs = serialization.load_pem_private_key((_ca() / "ca.key").read_bytes(), password=None)
    if not isinstance(signs, ec.EllipticCurvePrivateKey):
        raise TypeError("ca.key is not an elliptic curve key")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key())
    built = (
        _begun(name, ca.certificate.subject, key, at, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(signs, hashes.SHA256())
    )
    _server("crt").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(_server("key"), _pem(key))
    chain = [built, ca.certificate]
    write_private(_server("crt"), b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    begin = at - timedelta(days=1)  # telephones' clocks are a little off
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _ends_soon(at: datetime, names: Sequence[str]) -> bool:
    if not (_server("crt").exists() and _server("key").exists()):
        return True
    there = x509.load_pem_x509_certificates(_server("crt").read_bytes())[0]
    told = there.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {_said(one) for one in told} != set(names) or there.not_valid_after_utc - at < timedelta(
        days=RENEW_DAYS
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _subtree(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(name))  # of one address
    except ValueError:
        return x509.DNSName(name)


def _said(name: x509.GeneralName) -> str:
    value = name.value
    if isinstance(value, ipaddress.IPv4Network | ipaddress.IPv6Network):
        return str(value.network_address)
    return str(value)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _ca() -> Path:
    return Path(settings.DINH_HOME) / "keys" / "field-ca"


def _server(suffix: str) -> Path:
    return Path(settings.DINH_HOME) / "tls" / f"server.{suffix}"

"""Signers whose keys lie on this machine: the demonstration's leaders and agencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dinh.papers.signing import authority

if TYPE_CHECKING:
    from pyhanko.sign import Signer as CmsSigner


@dataclass(frozen=True)
class LocalSigner:
    """A signer with a certificate of the demonstration authority."""

    role: str
    name: str
    pair: authority.Pair
    demonstration: bool = True

    @property
    def certificate_sha256(self) -> str:
        from cryptography.hazmat.primitives import hashes

        return self.pair.certificate.fingerprint(hashes.SHA256()).hex()

    def cms(self) -> CmsSigner:
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
        from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
        from pyhanko.sign.signers import SimpleSigner
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        secret = self.pair.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        _root, issuing = authority.chain()
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple(
            load_certs_from_pemder_data(issuing.certificate.public_bytes(Encoding.PEM))
        )
        return SimpleSigner(
            signing_cert=next(
                iter(load_certs_from_pemder_data(self.pair.certificate.public_bytes(Encoding.PEM)))
            ),
            signing_key=load_private_key_from_pemder_data(secret, passphrase=None),
            cert_registry=registry,
            embed_roots=False,
        )


def signer_for(signer: Mapping[str, Any], unit: UUID, agency: str) -> LocalSigner:
    """Return the demonstration's signer for one of `Paper.signers`; see `base.signer_for`."""
    role = str(signer["role"])
    name = str(signer.get("name") or agency)
    who = signer.get("account") if role == "leader" else unit
    pair = authority.end(f"{role}/{who or name}", name, agency or authority.ORGANISATION)
    return LocalSigner(role=role, name=name, pair=pair)

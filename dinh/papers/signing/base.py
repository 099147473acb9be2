"""What a signer is. A token or a remote service is one more class with these members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.conf import settings

if TYPE_CHECKING:
    from pyhanko.sign import Signer as CmsSigner


class Signer(Protocol):
    """Somebody, or an office, who can sign a PDF. The key may be anywhere.

    role           "leader" or "agency"
    name           as the certificate says it
    demonstration  true when the signature has no legal value
    """

    role: str
    name: str
    demonstration: bool

    @property
    def certificate_sha256(self) -> str:
        """Return the fingerprint of the signer's certificate, in hexadecimal."""
        ...

    def cms(self) -> CmsSigner:
        """Return pyHanko's signer: `SimpleSigner`, `PKCS11Signer`, or one that asks a service."""
        ...


LOCAL = "dinh.papers.signing.local:signer_for"
SignerSource = Callable[[Mapping[str, Any], UUID, str], Signer]


def signer_for(signer: Mapping[str, Any], unit: UUID, agency: str) -> Signer:
    """Return the one who signs.

    signer  one of `Paper.signers`: {"role", "account"?, "name", "title"?}
    unit    whose agency it is
    agency  its name

    The source is `settings.DINH_SIGNERS`, a "module:function"; by default the demonstration authority.
    """
    module, _colon, name = getattr(settings, "DINH_SIGNERS", LOCAL).partition(":")
    source: SignerSource = getattr(import_module(module), name)
    return source(signer, unit, agency)

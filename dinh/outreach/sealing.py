"""What a telephone seals, so that only this node can open it, and what it signs.

    $DINH_HOME/keys/field/KEYID.pem       private key, readable by its owner alone; never in the database

1. A key is P-256; its id is the first 16 hexadecimal digits of SHA-256 of its uncompressed point.
2. A box is {key, epk, iv, ct}: an ephemeral key agrees with the node's on a secret, HKDF-SHA256 makes of it one
   AES-256-GCM key, and what the box belongs to is authenticated with it (AAD): "op_id|device|seq" of an operation,
   "blob|sha256" of a file, "field|FIELD|DEVICE" of one answer.
3. An envelope is the box of an operation with {op_id, seq, device, sig}: the device's ECDSA signature (r and s, 32
   bytes each) over "op_id|device|seq|" and the sealed bytes.
4. A retired key still opens what was sealed to it.

The same in the browser: `web/field/static/`; both read `tests/golden/sealing.json`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dinh.journal.keys import write_private
from dinh.lib.errors import Refused

INFO = b"dinh field operation 1"
CURVE = ec.SECP256R1()
POINT, IV, SIGNATURE, TAG = 65, 12, 64, 16  # bytes
SEALED_WRONG = _("What arrived cannot be opened. Send it again; if it comes back, ask the digital officer.")
SIGNATURE_WRONG = _("What arrived was not signed by the telephone that it names. Enrol this telephone again.")
NO_KEY = _("This was sealed for another node, or with a key that this node does not have.")


class NotOpened(Refused):
    """A box, an envelope or a signature is not what it must be; `code` is one of `outreach.rules.reasons`."""

    status = 422


@dataclass(frozen=True)
class KeyPair:
    """A key as files and wire know it."""

    id: str
    public: bytes


def directory() -> Path:
    """Return the folder of the private sealing keys."""
    return Path(settings.DINH_HOME) / "keys" / "field"


def key_id(public: bytes) -> str:
    """Return the id of a public point: 16 hexadecimal digits."""
    return hashlib.sha256(public).hexdigest()[:16]


def make_pair() -> KeyPair:
    """Make a key, keep its private half on disk, and return what may be told of it."""
    private = ec.generate_private_key(CURVE)
    public = point_of(private.public_key())
    folder = directory()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(folder / f"{key_id(public)}.pem", pem)
    return KeyPair(key_id(public), public)


def holds(kid: str) -> bool:
    """Return whether the private half of this key is on this machine."""
    return kid.isalnum() and (directory() / f"{kid}.pem").is_file()


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the 65 bytes of a public key."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """Return the key of 65 bytes. Raises ValueError when they are no point of the curve."""
    if len(point) != POINT:
        raise ValueError("a point has 65 bytes")
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)


def b64(content: bytes) -> str:
    """Return base64url without padding, as the wire writes bytes."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(text: object, length: int | None = None) -> bytes:
    """Return the bytes of base64url text. Raises NotOpened for anything else, or another length."""
    try:
        plain = text if isinstance(text, str) else ""
        content = base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise NotOpened("outreach.sealed_wrong", SEALED_WRONG) from wrong
    if not content or (length is not None and len(content) != length):
        raise NotOpened("outreach.sealed_wrong", SEALED_WRONG)
    return content


def seal_box(plain: bytes, *, aad: str, key_public: bytes, kid: str) -> dict[str, str]:
    """Seal bytes as a telephone does: for tests, the demonstration and measurements."""
    ephemeral = ec.generate_private_key(CURVE)
    epk = point_of(ephemeral.public_key())
    secret = ephemeral.exchange(ec.ECDH(), public_key(key_public))
    iv = os.urandom(IV)
    ct = AESGCM(_derive(secret, epk, key_public)).encrypt(iv, plain, aad.encode())
    return {"key": kid, "epk": b64(epk), "iv": b64(iv), "ct": b64(ct)}


def open_box(box: Mapping[str, Any], *, aad: str) -> bytes:
    """Return what a box holds.

    box  {key, epk, iv, ct}, each base64url but `key`
    aad  what it belongs to

    Raises NotOpened ("outreach.sealed_wrong").
    """
    epk, iv, ct = unb64(box.get("epk"), POINT), unb64(box.get("iv"), IV), unb64(box.get("ct"))
    return open_bytes(str(box.get("key", "")), epk, iv, ct, aad=aad)


def open_bytes(kid: str, epk: bytes, iv: bytes, ct: bytes, *, aad: str) -> bytes:
    """Return what was sealed; as `open_box`, of the bytes themselves."""
    private, public = _private(directory(), _known(kid))
    try:
        secret = private.exchange(ec.ECDH(), public_key(epk))
        return AESGCM(_derive(secret, epk, public)).decrypt(iv, ct, aad.encode())
    except (InvalidTag, ValueError) as wrong:
        raise NotOpened("outreach.sealed_wrong", SEALED_WRONG, key=kid) from wrong


def seal(
    plain: bytes,
    *,
    op_id: str,
    device: str,
    seq: int,
    key_public: bytes,
    kid: str,
    sign_with: ec.EllipticCurvePrivateKey | None = None,
) -> dict[str, Any]:
    """Return the envelope of an operation, signed when the device's key is given (`sig` is left out else)."""
    about = _about(op_id, device, seq)
    box = seal_box(plain, aad=about, key_public=key_public, kid=kid)
    envelope: dict[str, Any] = {"op_id": op_id, "seq": seq, "device": device, **box}
    if sign_with is not None:
        encoded = sign_with.sign(about.encode() + b"|" + unb64(box["ct"]), ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(encoded)
        envelope["sig"] = b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return envelope


def open_envelope(envelope: Mapping[str, Any], device_public: bytes) -> bytes:
    """Return the plain operation, once its signature was found to be the device's.

    envelope       {op_id, seq, device, key, epk, iv, ct, sig}
    device_public  65 bytes, of the device that the envelope names

    Raises NotOpened ("outreach.signature_wrong", "outreach.sealed_wrong").
    """
    about = _about(envelope.get("op_id"), envelope.get("device"), envelope.get("seq"))
    ct = unb64(envelope.get("ct"))
    signature = unb64(envelope.get("sig"), SIGNATURE)
    if not _signed(device_public, about.encode() + b"|" + ct, signature):
        raise NotOpened("outreach.signature_wrong", SIGNATURE_WRONG, device=str(envelope.get("device"))[:40])
    return open_box(envelope, aad=about)


def _about(op_id: object, device: object, seq: object) -> str:
    return f"{op_id}|{device}|{seq}"


def _signed(device_public: bytes, message: bytes, signature: bytes) -> bool:
    encoded = utils.encode_dss_signature(
        int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    )
    try:
        public_key(bytes(device_public)).verify(encoded, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _derive(secret: bytes, epk: bytes, node_public: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=epk + node_public, info=INFO).derive(secret)


def _known(kid: str) -> str:
    # The name comes from outside: only digits and letters reach the file system.
    if not (kid.isascii() and holds(kid)):
        raise NotOpened("outreach.sealed_wrong", NO_KEY, key=kid[:16])
    return kid


@lru_cache(maxsize=16)
def _private(folder: Path, kid: str) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    key = serialization.load_pem_private_key((folder / f"{kid}.pem").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{kid}.pem is not an elliptic curve key")
    return key, point_of(key.public_key())

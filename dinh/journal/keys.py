"""The node's keys: ECDSA on P-256 with SHA-256 (Vietnam's list of algorithms has no Ed25519).

    $DINH_HOME/keys/seal/current          id of the key that signs now
    $DINH_HOME/keys/seal/KEYID.pem        private key, readable by its owner alone
    $DINH_HOME/keys/seal/KEYID.pub        public key; kept when the private one is replaced

Public keys are read from these files, never from the database: who can write
the database cannot bring a key of his own.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey


def directory() -> Path:
    """Return the folder of the seal keys."""
    return Path(settings.DINH_HOME) / "keys" / "seal"


def sign(message: bytes) -> tuple[str, bytes]:
    """Return the id of the key in use and its signature (r and s, 32 bytes each) over `message`."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    key_id = current()
    r, s = utils.decode_dss_signature(_private(directory(), key_id).sign(message, ec.ECDSA(hashes.SHA256())))
    return key_id, r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verifies(key_id: str, message: bytes, signature: bytes) -> bool:
    """Return whether the signature is this key's over this message; False for a key we do not hold."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    try:
        public = _public(directory(), key_id)
    except KeyError:
        return False
    if len(signature) != 64:
        return False
    encoded = utils.encode_dss_signature(
        int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    )
    try:
        public.verify(encoded, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def current() -> str:
    """Return the id of the key that signs now; the first call on a node makes one."""
    path = directory() / "current"
    return path.read_text().strip() if path.exists() else replace()


def replace() -> str:
    """Make a new key, sign with it from now on, and return its id. Old public keys stay."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder = directory()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    key_id = hashlib.sha256(public).hexdigest()[:32]
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(folder / f"{key_id}.pem", pem)
    write_private(folder / f"{key_id}.pub", public)
    write_private(folder / "current", key_id.encode())
    return key_id


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone, safe on disk when this returns."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@lru_cache(maxsize=16)
def _private(folder: Path, key_id: str) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key((folder / f"{key_id}.pem").read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{key_id}.pem is not an elliptic curve key")
    return key


@lru_cache(maxsize=64)
def _public(folder: Path, key_id: str) -> EllipticCurvePublicKey:
    # A missing key raises, so that the cache never remembers its absence.
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    path = folder / f"{key_id}.pub"
    content = path.read_bytes() if key_id.isalnum() and path.exists() else b""
    if hashlib.sha256(content).hexdigest()[:32] != key_id:
        raise KeyError(key_id)
    key = load_pem_public_key(content)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise KeyError(key_id)
    return key

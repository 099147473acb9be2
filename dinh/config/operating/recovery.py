"""The recovery key: its public half lies on the node, its private half never stays there.

Whoever has a backup and not this key has nothing; whoever has lost it has lost
the backups. `dinh backup --new-recovery-key FILE` writes the private half once.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from dinh.config.operating.sealed_parts import key_id
from dinh.journal.keys import write_private
from dinh.lib.errors import Refused


def public_path() -> Path:
    """Return where the public half lies."""
    return Path(settings.DINH_HOME) / "keys" / "recovery.pub"


def make(target: Path) -> str:
    """Write a new private recovery key to `target`, keep its public half, and return its name.

    Backups made before still need the key of their time.
    Raises Refused when the file is there already.
    """
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused("backup.key_file_exists", f"{target} is there already; name another file.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    public_path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(
        public_path(),
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )
    return key_id(private.public_key())


def public() -> ec.EllipticCurvePublicKey:
    """Return the public recovery key. Raises Refused when none was made yet."""
    if not public_path().exists():
        raise Refused(
            "backup.no_recovery_key",
            "There is no recovery key yet. Make one with `dinh backup --new-recovery-key FILE`, and keep FILE "
            "away from this machine: it is the only way to read a backup.",
        )
    key = serialization.load_pem_public_key(public_path().read_bytes())
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Refused("backup.no_recovery_key", f"{public_path()} is not a recovery key.")
    return key


def private(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the private recovery key from its file. Raises Refused when it is none."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Refused("restore.no_recovery_key", f"{path} is not a recovery key.")
    return key

"""The file of a backup: parts, each encrypted under a key of its own, as one stream.

    DINHBAK1 | length (4) | header (JSON) | chunks of part 1 | chunks of part 2 | ...
    chunk: length (4) | AES-256-GCM ciphertext of at most 1 MiB with its tag

The header stands in the clear: which release, node and schema, and for each part
its data key, wrapped for the holder of the recovery key (ECDH on P-256 with a new
key each time, HKDF-SHA256, AES-256-GCM). It is authenticated with every chunk.
A nonce counts the chunks and marks the last one (the STREAM construction), so
that no chunk can be changed, dropped, moved or cut off without being noticed.
Memory stays constant however large the data are.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dinh.lib.errors import Refused

MAGIC = b"DINHBAK1"
CHUNK = 1024 * 1024
TAG = 16
MOST_HEADER = 1024 * 1024


class Damaged(Refused):
    """The file is not whole, was changed, or is no backup. Nothing of it may be used."""


def damaged() -> Damaged:
    """Return the refusal of a file that does not hold."""
    return Damaged(
        "restore.damaged", "This file is not a whole backup: it is cut off, changed, or something else."
    )


class PartWriter(io.RawIOBase):
    """A file-like object that encrypts what is written to it; `close` writes the last chunk."""

    def __init__(self, target: BinaryIO, key: bytes, associated: bytes) -> None:
        self._target = target
        self._cipher = AESGCM(key)
        self._associated = associated
        self._buffer = bytearray()
        self._count = 0

    def writable(self) -> bool:
        """Writing is all it does."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes; whole chunks go to the target."""
        self._buffer += data
        while len(self._buffer) > CHUNK:
            self._put(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Write what is left as the last chunk."""
        if not self.closed:
            self._put(bytes(self._buffer), last=True)
        super().close()

    def _put(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(nonce(self._count, last=last), plain, self._associated)
        self._target.write(len(sealed).to_bytes(4, "big") + sealed)
        self._count += 1


class PartReader(io.RawIOBase):
    """A file-like object that decrypts one part; raises Damaged at the first chunk that does not hold."""

    def __init__(self, source: BinaryIO, key: bytes, associated: bytes) -> None:
        self._source = source
        self._cipher = AESGCM(key)
        self._associated = associated
        self._plain = b""
        self._count = 0
        self._ended = False

    def readable(self) -> bool:
        """Reading is all it does."""
        return True

    def readinto(self, target: Any) -> int:
        """Fill the buffer from the next chunk."""
        while not self._plain and not self._ended:
            self._next()
        piece = self._plain[: len(target)]
        self._plain = self._plain[len(piece) :]
        target[: len(piece)] = piece
        return len(piece)

    def drain(self) -> None:
        """Read to the end, so that the next part can be read and this one is known to be whole."""
        while not self._ended:
            self._next()

    def _next(self) -> None:
        length = int.from_bytes(_exactly(self._source, 4), "big")
        if not TAG <= length <= CHUNK + TAG:
            raise damaged()
        sealed = _exactly(self._source, length)
        for last in (False, True):
            try:
                self._plain = self._cipher.decrypt(nonce(self._count, last=last), sealed, self._associated)
            except InvalidTag:
                continue
            self._count += 1
            self._ended = last
            return
        raise damaged()


def nonce(count: int, *, last: bool) -> bytes:
    """Return the nonce of a chunk: each part has a key of its own, so counting is enough."""
    return count.to_bytes(11, "big") + bytes([last])


def begin(
    target: BinaryIO, public: ec.EllipticCurvePublicKey, about: Mapping[str, Any], parts: Sequence[str]
) -> tuple[dict[str, bytes], bytes]:
    """Write magic and header; return the data key of each part, and what their chunks are bound to."""
    data_keys = {part: secrets.token_bytes(32) for part in parts}
    header = json.dumps(
        {
            **about,
            "recovery_key": key_id(public),
            "parts": [{"name": part, **wrap(public, part, key)} for part, key in data_keys.items()],
        }
    ).encode()
    target.write(MAGIC + len(header).to_bytes(4, "big") + header)
    return data_keys, hashlib.sha256(header).digest()


def read_header(source: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Return the header of a backup and what its chunks are bound to. Raises Damaged."""
    if source.read(len(MAGIC)) != MAGIC:
        raise damaged()
    length = int.from_bytes(_exactly(source, 4), "big")
    if length > MOST_HEADER:
        raise damaged()
    raw = _exactly(source, length)
    try:
        header: dict[str, Any] = json.loads(raw)
    except ValueError:
        raise damaged() from None
    return header, hashlib.sha256(raw).digest()


def wrap(public: ec.EllipticCurvePublicKey, part: str, data_key: bytes) -> dict[str, str]:
    """Return the data key, readable by the holder of the private key alone."""
    once = ec.generate_private_key(ec.SECP256R1())
    point = once.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    wrapped = AESGCM(_agreed(once, public, part, point)).encrypt(bytes(12), data_key, part.encode())
    return {"once": base64.b64encode(point).decode(), "key": base64.b64encode(wrapped).decode()}


def unwrap(private: ec.EllipticCurvePrivateKey, part: Mapping[str, str]) -> bytes:
    """Return a part's data key. Raises Refused ("restore.other_key") when it was wrapped for another key."""
    point = base64.b64decode(part["once"])
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    try:
        return AESGCM(_agreed(private, public, part["name"], point)).decrypt(
            bytes(12), base64.b64decode(part["key"]), part["name"].encode()
        )
    except InvalidTag:
        raise Refused("restore.other_key", "This backup was made for another recovery key.") from None


def key_id(public: ec.EllipticCurvePublicKey) -> str:
    """Return the name of a recovery key: the beginning of its digest."""
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:16]


def _agreed(
    private: ec.EllipticCurvePrivateKey, public: ec.EllipticCurvePublicKey, part: str, point: bytes
) -> bytes:
    shared = private.exchange(ec.ECDH(), public)
    return HKDF(hashes.SHA256(), 32, salt=point, info=f"dinh backup {part}".encode()).derive(shared)


def _exactly(source: BinaryIO, count: int) -> bytes:
    data = source.read(count)
    if len(data) != count:
        raise damaged()
    return data


def fsync(file: BinaryIO) -> None:
    """Have the file safe on the disk."""
    file.flush()
    os.fsync(file.fileno())

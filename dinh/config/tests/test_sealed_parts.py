from __future__ import annotations

import io
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from dinh.config.operating import sealed_parts
from dinh.config.operating.sealed_parts import CHUNK, Damaged, PartReader, PartWriter
from dinh.lib.errors import Refused

PRIVATE = ec.generate_private_key(ec.SECP256R1())
FRAME = 4 + CHUNK + sealed_parts.TAG


def sealed(*contents: bytes) -> bytes:
    file = io.BytesIO()
    names = [str(number) for number in range(len(contents))]
    keys, bound = sealed_parts.begin(file, PRIVATE.public_key(), {"release": "1"}, names)
    for name, content in zip(names, contents, strict=True):
        with PartWriter(file, keys[name], bound) as part:
            part.write(content)
    return file.getvalue()


def opened(raw: bytes, private: ec.EllipticCurvePrivateKey = PRIVATE) -> list[bytes]:
    file = io.BytesIO(raw)
    header, bound = sealed_parts.read_header(file)
    return [PartReader(file, sealed_parts.unwrap(private, part), bound).readall() for part in header["parts"]]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_what_was_written_is_read_at_every_size(size: int) -> None:
    content = secrets.token_bytes(size)

    assert opened(sealed(content, b"second")) == [content, b"second"]


def test_nothing_of_it_can_be_read_in_the_file() -> None:
    assert b"Nguyen Van A" not in sealed(b"Nguyen Van A" * 100)


@pytest.mark.parametrize("at", [5, 60, -1, -CHUNK])
def test_one_changed_bit_is_found(at: int) -> None:
    raw = bytearray(sealed(secrets.token_bytes(2 * CHUNK + 5)))
    raw[at] ^= 1

    with pytest.raises((Damaged, Refused)):
        opened(bytes(raw))


@pytest.mark.parametrize("missing", [1, 100, CHUNK, 2 * CHUNK])
def test_a_file_cut_off_is_found_at_every_length(missing: int) -> None:
    with pytest.raises(Damaged):
        opened(sealed(secrets.token_bytes(2 * CHUNK + 5))[:-missing])


def test_a_file_cut_off_between_two_chunks_is_found() -> None:
    raw = sealed(bytes(3 * CHUNK))

    with pytest.raises(Damaged):
        opened(raw[:-FRAME])


def test_chunks_in_another_order_are_found() -> None:
    raw = sealed(secrets.token_bytes(3 * CHUNK))
    first, second, third = raw[-3 * FRAME : -2 * FRAME], raw[-2 * FRAME : -FRAME], raw[-FRAME:]

    with pytest.raises(Damaged):
        opened(raw[: -3 * FRAME] + second + first + third)


def test_a_changed_header_is_found() -> None:
    raw = sealed(b"content")

    with pytest.raises(Damaged):
        opened(raw.replace(b'"release": "1"', b'"release": "2"'))


def test_something_else_is_no_backup() -> None:
    for raw in (
        b"",
        b"PK\x03\x04" + bytes(100),
        sealed_parts.MAGIC,
        sealed_parts.MAGIC + b"\xff\xff\xff\xff",
    ):
        with pytest.raises(Damaged):
            opened(raw)


def test_another_recovery_key_opens_nothing() -> None:
    with pytest.raises(Refused, match="other_key"):
        opened(sealed(b"content"), ec.generate_private_key(ec.SECP256R1()))


def test_two_backups_share_no_key() -> None:
    assert sealed(b"same")[-20:] != sealed(b"same")[-20:]

"""Merkle trees of RFC 6962: one root for a batch, and short proofs that a leaf is under it.

Leaves come already hashed (with the prefix 0x00, see `journal.leaves`); inner
nodes are hashed with the prefix 0x01, so no inner node can pass for a leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes in order; SHA-256 of nothing when there is none."""
    builder = Builder()
    for leaf in leaves:
        builder.add(leaf)
    return builder.root()


class Builder:
    """Computes a root from leaves given one by one, in memory that grows with their logarithm."""

    def __init__(self) -> None:
        self.count = 0
        self._stack: list[bytes] = []  # roots of perfect subtrees, largest first

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        self.count += 1
        remaining = self.count
        while remaining % 2 == 0:
            leaf = node(self._stack.pop(), leaf)
            remaining //= 2
        self._stack.append(leaf)

    def root(self) -> bytes:
        """Return the root of what was added so far."""
        if not self._stack:
            return EMPTY_ROOT
        result = self._stack[-1]
        for left in reversed(self._stack[:-1]):
            result = node(left, result)
        return result


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the sibling hashes, from the leaf up, that prove leaf `index` under the root of `leaves`."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*proof(leaves[:split], index), root(leaves[split:])]
    return [*proof(leaves[split:], index - split), root(leaves[:split])]


def proves(leaf: bytes, index: int, count: int, siblings: Sequence[bytes], expected_root: bytes) -> bool:
    """Return whether `siblings` prove that `leaf` stands at `index` of `count` leaves under the root."""
    if not 0 <= index < count:
        return False
    path: list[bool] = []  # True when the leaf's side is the left one, from the root down
    while count > 1:
        split = _split(count)
        path.append(index < split)
        index, count = (index, split) if index < split else (index - split, count - split)
    if len(path) != len(siblings):
        return False
    for is_left, sibling in zip(reversed(path), siblings, strict=True):
        leaf = node(leaf, sibling) if is_left else node(sibling, leaf)
    return leaf == expected_root


def _split(count: int) -> int:
    """Return the largest power of two below `count` (count >= 2)."""
    return 1 << (count - 1).bit_length() - 1

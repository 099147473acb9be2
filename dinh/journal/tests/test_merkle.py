from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinh.journal import merkle

# The test vectors of RFC 6962's reference implementation.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LEAVES = [hashlib.sha256(b"\x00" + bytes.fromhex(text)).digest() for text in INPUTS]


@pytest.mark.parametrize(("count", "expected"), ROOTS.items())
def test_the_root_is_that_of_rfc_6962(count: int, expected: str) -> None:
    assert merkle.root(LEAVES[:count]).hex() == expected


def test_no_leaves_have_the_root_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@given(st.integers(1, 70), st.data())
def test_every_leaf_is_proved_at_its_place_and_nowhere_else(count: int, data: st.DataObject) -> None:
    leaves = [hashlib.sha256(bytes([n])).digest() for n in range(count)]
    index = data.draw(st.integers(0, count - 1))
    root = merkle.root(leaves)

    siblings = merkle.proof(leaves, index)

    assert merkle.proves(leaves[index], index, count, siblings, root)
    other = data.draw(st.integers(0, count - 1).filter(lambda n: n != index or count == 1))
    assert other == index or not merkle.proves(leaves[index], other, count, siblings, root)
    assert not merkle.proves(hashlib.sha256(b"x").digest(), index, count, siblings, root)


def test_a_place_outside_the_tree_is_not_proved() -> None:
    assert not merkle.proves(LEAVES[0], 1, 1, [], merkle.root(LEAVES[:1]))
    with pytest.raises(IndexError):
        merkle.proof(LEAVES, 8)

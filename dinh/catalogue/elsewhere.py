"""What people look for and this house does not take: list `elsewhere` says where they go instead.

The words by which people ask are the aliases of each entry.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dinh.catalogue.shapes.base import Text
from dinh.lib.names import fold

if TYPE_CHECKING:
    from dinh.catalogue.contents import Catalogue

LIST = "elsewhere"
# Said around the thing that is wanted; they do not tell what it is.
_AROUND = frozenset(
    "lam xin cap dang ki ky giay the to cho toi muon can doi lai moi mat don thu tuc con cua ve o dau nhu nao dau tien lan "
    "an a the my to apply for get register new i want need lost de du une un le la les faire demander mon ma nouveau".split()
)
_WORD = re.compile(r"[0-9a-z]+")


@lru_cache(maxsize=4)
def _phrases(catalogue: Catalogue) -> tuple[tuple[str, Text], ...]:
    found = catalogue.lists.get(LIST)
    pairs = [
        (" ".join(_WORD.findall(fold(words))), entry.title)
        for entry in (found.entries if found else ())
        for words in entry.aliases
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def find(catalogue: Catalogue, text: str) -> tuple[Text | None, bool]:
    """Return where what a text asks for is done, and whether the text asks for nothing else.

    "làm hộ chiếu" is the passport alone; "công chứng hộ chiếu" asks for something with a passport.
    """
    query = f" {' '.join(_WORD.findall(fold(text)))} "
    for phrase, title in _phrases(catalogue):
        if f" {phrase} " in query:
            rest = set(query.replace(f" {phrase} ", " ", 1).split())
            return title, not rest - _AROUND
    return None, False

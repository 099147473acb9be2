"""Sizes of files in three languages."""

from __future__ import annotations

import pytest

from dinh.lib.sizes import show_size


@pytest.mark.parametrize(
    ("size_bytes", "language", "shown"),
    [
        pytest.param(0, "vi", "0 B", id="empty"),
        pytest.param(1023, "fr", "1\u202f023 octets", id="just-below-the-first-step"),
        pytest.param(1024, "vi", "1 KB", id="the-first-step"),
        pytest.param(1536, "vi", "1,5 KB", id="a-decimal"),
        pytest.param(1536, "en", "1.5 KB", id="a-decimal-in-english"),
        pytest.param(20 * 1024 * 1024, "vi", "20 MB", id="the-usual-limit"),
        pytest.param(20 * 1024 * 1024, "fr", "20 Mo", id="the-usual-limit-in-french"),
        pytest.param(3 * 1024**4, "en", "3,072 GB", id="no-larger-unit"),
    ],
)
def test_a_size_is_written_for_its_language(size_bytes: int, language: str, shown: str) -> None:
    assert show_size(size_bytes, language) == shown

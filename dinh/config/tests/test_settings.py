"""What the environment may say, and what is refused with a remedy before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from dinh.config import settings


@pytest.mark.parametrize(("value", "expected"), [(None, 2), ("1", 1), ("16", 16)])
def test_a_number_is_read_or_its_default_taken(
    monkeypatch: pytest.MonkeyPatch, value: str | None, expected: int
) -> None:
    if value is not None:
        monkeypatch.setenv("DINH_WEB_WORKERS", value)

    assert settings.number("DINH_WEB_WORKERS", 2) == expected


@pytest.mark.parametrize("value", ["two", "", "0", "-1", "1.5", " 2", "²"])
def test_what_is_no_number_is_refused_with_what_to_write(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DINH_WEB_WORKERS", value)

    with pytest.raises(ImproperlyConfigured, match="DINH_WEB_WORKERS is .*: use a whole number from 1 on"):
        settings.number("DINH_WEB_WORKERS", 2)


def test_the_secret_is_made_once_and_read_by_its_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DINH_SECRET_KEY", raising=False)
    monkeypatch.setattr(settings, "DINH_HOME", tmp_path)

    made = settings.secret_key()

    assert len(made) >= 64
    assert settings.secret_key() == made
    [file] = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600

"""Roles and procedures of the policy's tests, which do not depend on what the shipped ones may."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from dinh.catalogue import store
from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.others import Role
from dinh.directory.tests.cast import REFORM


def role(key: str, *permissions: str, sectors: tuple[str, ...] = ()) -> Role:
    """Return a role of these tests, which do not depend on what the shipped ones may."""
    return Role(
        id=key, title=Text(vi=key), valid_from=REFORM, source="test", permissions=permissions, sectors=sectors
    )


ROLES = {
    r.id: r
    for r in (
        role("reception_officer", "dossiers.read", "dossiers.receive", "population.read"),
        role("civil_status_officer", "dossiers.read", "dossiers.examine", sectors=("civil_status",)),
        role("leader", "dossiers.read", "dossiers.approve"),
        role("province_viewer", "dossiers.read", "figures.read"),
        role("administrator", "directory.manage_accounts"),
        role("citizen", "catalogue.read"),
    )
}
PROCEDURES = {
    "birth_registration": SimpleNamespace(id="birth_registration", sector="civil_status"),
    "social_pension": SimpleNamespace(id="social_pension", sector="social_protection"),
}


@pytest.fixture
def roles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put them in the place of the catalogue."""
    catalogue: Any = SimpleNamespace(roles=ROLES, procedures=PROCEDURES)
    monkeypatch.setattr(store, "get", lambda: catalogue)
    yield

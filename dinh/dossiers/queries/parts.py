"""What belongs to one dossier, read with it on every page that shows it: steps, files, supplements.

Each is one prepared read; who may see the dossier was asked before (`reading.get_dossier`).
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import CharField, UUIDField

from dinh.database.prepared import Prepared
from dinh.directory.models import Account
from dinh.dossiers.models import Attachment, Dossier, Result, Step, Supplement


def steps_of(dossier: Dossier) -> list[Step]:
    """Return the steps done, oldest first. One query."""
    return _steps(dossier=dossier.pk)


def attachments_of(dossier: Dossier) -> list[Attachment]:
    """Return the files handed in, oldest first. One query."""
    return _attachments(dossier=dossier.pk)


def files_of(dossier: Dossier) -> list[tuple[UUID, str, str, int]]:
    """Return (id, document, file name, bytes) of the files handed in, oldest first. One query."""
    return _files(dossier=dossier.pk)


def supplements_of(dossier: Dossier) -> list[Supplement]:
    """Return what the citizen was asked to complete, oldest first. One query."""
    return _supplements(dossier=dossier.pk)


def result_of(dossier: Dossier) -> Result | None:
    """Return the decision; None before it. One query."""
    return _result.first(dossier=dossier.pk)


def accounts_named(ids: Iterable[UUID]) -> dict[UUID, Account]:
    """Return the accounts of a page by id, with name, kind and title only. One query, none for no ids."""
    found = _accounts(ids=sorted(set(ids)))
    return {account.pk: account for account in found}


_by_number = Prepared(lambda numbers: Dossier.objects.filter(number__in=numbers)[:1], numbers=[CharField()])
_by_id = Prepared(lambda pk: Dossier.objects.filter(pk=pk), pk=UUIDField())
_steps = Prepared(
    lambda dossier: Step.objects.filter(dossier=dossier).order_by("sequence"), dossier=UUIDField()
)
_attachments = Prepared(
    lambda dossier: Attachment.objects.filter(dossier=dossier).order_by("at", "id"), dossier=UUIDField()
)
_files = Prepared(
    lambda dossier: (
        Attachment.objects.filter(dossier=dossier)
        .order_by("at", "id")
        .values_list("pk", "document", "filename", "blob__size_bytes")
    ),
    dossier=UUIDField(),
)
_supplements = Prepared(
    lambda dossier: Supplement.objects.filter(dossier=dossier).order_by("sequence"), dossier=UUIDField()
)
_result = Prepared(lambda dossier: Result.objects.filter(dossier=dossier), dossier=UUIDField())
_accounts = Prepared(
    lambda ids: Account.objects.filter(pk__in=ids).only("id", "full_name", "kind", "title"),
    ids=[UUIDField()],
)


def find_by_number(number: str) -> Dossier | None:
    """Return a dossier by its number in any case, without asking who may see it. One query."""
    return _by_number.first(numbers=sorted({number, number.upper()}))


def find_by_id(pk: UUID) -> Dossier | None:
    """Return a dossier by its id, without asking who may see it. One query."""
    return _by_id.first(pk=pk)

"""What the worker does for registers: read and load files that were handed in through pages, and tidy after them.

Both tasks may be run again at any time: reading goes on where it stopped, loading happens wholly or not at all.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_tasks import task

from dinh.lib.errors import Refused
from dinh.lib.ids import uuid7
from dinh.registers.imports.checking import file_of, forget_file, open_wish, read
from dinh.registers.imports.handing import forget_lost, forget_reports, give_up_old, wish_of
from dinh.registers.imports.loading import load
from dinh.registers.imports.stage import Stage
from dinh.registers.models import Import

FILE_GONE = _("The file is no longer on this node. Bring it in again.")

BROKEN = _("Something broke on our side. Nothing was loaded, and what was read is kept: try again.")


class GivenUp(Exception):
    """Somebody gave the import up, or began it again, while it was read."""


@task(queue_name="long")
def read_import(import_id: str) -> int:
    """Read a file whose columns are confirmed into its stage; return how many rows it has."""
    row = Import.objects.select_related("unit").filter(pk=UUID(import_id), state=Import.State.READING).first()
    if row is None:
        return 0
    with override(settings.LANGUAGE_CODE), Stage(row.pk) as told:
        # Whoever begins again empties the stage: what is read on then belongs to nothing.
        mine = uuid7().hex
        told.tell(reader=mine)

        def progress(share: float, rows: int) -> None:
            told.tell(share=share)
            if told.told("reader") != mine:
                raise GivenUp
            if not Import.objects.filter(pk=row.pk, state=Import.State.READING).exists():
                raise GivenUp

        try:
            if not file_of(row).exists():
                raise Refused("imports.no_file", FILE_GONE)
            wish = wish_of(row)
            return read(wish, open_wish(wish), row, progress).rows
        except GivenUp:
            told.remove()
        except Refused as refused:  # a fault of the file, or a full disk: said on the import's page
            _say(row, _sentence(refused))
        except Exception:
            _say(row, BROKEN)
            raise
    return 0


@task(queue_name="long")
def load_import(import_id: str) -> int:
    """Load a checked file as it was asked for; return how many rows were entered or changed."""
    row = Import.objects.select_related("unit").filter(pk=UUID(import_id), state=Import.State.LOADING).first()
    if row is None:
        return 0
    with override(settings.LANGUAGE_CODE), Stage(row.pk) as told:
        try:
            load(
                row=row, load_good=row.load_good, close_missing=row.close_missing, by=row.by, at=timezone.now(),
                progress=lambda written, _total: told.tell(written=written),
            )  # fmt: skip
        except Refused as refused:
            _back(row, _sentence(refused))
            return 0
        except Exception:  # nothing was loaded: one transaction
            _back(row, BROKEN)
            raise
    forget_file(row)
    return row.entered + row.changed


def tidy() -> None:
    """Give up imports that were left alone, and delete what nobody needs of others: once a day, by the clock."""
    now = timezone.now()
    give_up_old(now)
    forget_reports(now)
    forget_lost(now)


def _sentence(refused: Refused) -> str:
    return str(refused.message) or refused.code


def _back(row: Import, sentence: object) -> None:
    """Let an import that could not be loaded be loaded again, and say why it was not."""
    _say(row, sentence)
    Import.objects.filter(pk=row.pk, state=Import.State.LOADING).update(state=Import.State.CHECKED)


def _say(row: Import, sentence: object) -> None:
    Import.objects.filter(pk=row.pk).update(error=str(sentence))

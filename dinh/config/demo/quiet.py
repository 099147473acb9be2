"""The handlers while a history is built: none. The past sends no notice today."""

from dinh.journal.handlers import Handler

HANDLERS: tuple[Handler, ...] = ()

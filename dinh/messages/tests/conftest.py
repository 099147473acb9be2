"""A real SMTP server on a port of its own, which can be stopped, and told to refuse."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.lib.ids import uuid7
from dinh.messages import actions
from dinh.messages.models import Message


@dataclass
class MailServer:
    """What arrived, and how to make trouble."""

    port: int
    arrived: list[EmailMessage] = field(default_factory=list)
    refuse_recipients: str = ""  # an SMTP answer, e.g. "550 no such mailbox"
    _controller: Controller | None = None

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refuse_recipients:
            return self.refuse_recipients
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def start(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening: connections are refused."""
        if self._controller:
            self._controller.stop()
            self._controller = None


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    """A server that runs, with the settings leading to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = actions.SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.DEFAULT_FROM_EMAIL = "Xã Cốc San <khong-tra-loi@cocsan.example.vn>"
    server = MailServer(port)
    server.start()
    yield server
    server.stop()


Notify = Callable[..., Message]


@pytest.fixture
def notify(cast: Cast) -> Notify:
    """Tell Mr Phúc that his dossier was received; any argument by keyword."""

    def tell(**more: Any) -> Message:
        given: dict[str, Any] = {
            "account": cast.citizen, "person": cast.citizen.person, "subject_type": "dossier", "subject": uuid7(),
            "kind": "dossiers.received", "cause": uuid7(), "title": "Hồ sơ đã được tiếp nhận",
            "body": "Bà Lý Thị Mai đã tiếp nhận hồ sơ lúc 08:15 ngày 22/11/2026.", "language": "vi",
            "emails": ["phuc@example.vn"], "at": MONDAY_MORNING,
        }  # fmt: skip
        return actions.notify(**given | more)

    return tell

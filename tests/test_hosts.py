"""Names under which the node may be asked, and those it refuses."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import LazySettings
from django.test import Client


def test_who_watches_the_node_on_its_machine_needs_no_public_name() -> None:
    code = "from dinh.config import settings; print(settings.ALLOWED_HOSTS)"
    environment = {**os.environ, "DINH_HOSTS": "dvc.example.vn"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "['dvc.example.vn', '127.0.0.1', 'localhost', '[::1]']"


def test_another_host_name_is_refused_with_a_page(db: None, settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    client = Client(raise_request_exception=False)

    other = client.get("/vi/", headers={"host": "evil.example"})

    assert other.status_code == 400
    assert "<html" in other.content.decode() and "evil.example" not in other.content.decode()
    assert client.get("/vi/", headers={"host": "127.0.0.1"}).status_code == 200

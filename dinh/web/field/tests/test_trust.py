"""The app over HTTPS on a local network: what is installed, and a real browser that believes it and nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from dinh.outreach import certificates

NAME = "so.coc-san.lan"
CHROMIUM = "/usr/bin/chromium"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DINH_HOME", tmp_path)
    return tmp_path


def test_the_page_says_what_to_install_and_how_to_know_it(db: None, home: Path) -> None:
    made = certificates.make([NAME], at=timezone.now())

    page = Client().get("/field/trust?lang=vi").content.decode()
    file = Client().get("/field/trust/ca.crt")

    assert made.authority.fingerprint in page and NAME in page
    assert file.content == made.authority.der and file["Content-Type"] == "application/x-x509-ca-cert"


def test_where_nothing_has_to_be_installed_the_page_says_so(db: None, home: Path) -> None:
    assert "ca.crt" not in Client().get("/field/trust?lang=vi").content.decode()
    assert Client().get("/field/trust/ca.crt").status_code == 404


@pytest.fixture
def node(home: Path) -> Iterator[int]:
    """A gunicorn with the certificate, on a free port."""
    made = certificates.make([NAME], at=timezone.now())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    told = {
        **os.environ,
        "DINH_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "dinh.config.settings_test",
        "DATABASE_URL": "",
    }
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"], env=told, check=True
    )
    gunicorn = [
        sys.executable, "-m", "gunicorn", "dinh.config.wsgi:application", "--bind", f"127.0.0.1:{port}",
        "--certfile", str(made.server), "--keyfile", str(made.key), "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(gunicorn, env=told)
    for _try in range(150):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(10)


def _trusts(profile: Path, file: Path) -> None:
    """Install an authority as a person would, in the browser's own store."""
    store = profile / ".pki" / "nssdb"
    store.mkdir(parents=True)
    certutil = ["certutil", "-d", f"sql:{store}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)
    subprocess.run([*certutil, "-A", "-t", "C,,", "-n", "dinh", "-i", str(file)], check=True)


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.skipif(
    not (shutil.which("certutil") and Path(CHROMIUM).exists()), reason="needs Chromium and certutil"
)
def test_a_browser_with_the_authority_installed_registers_the_worker_and_one_without_refuses(
    node: int, home: Path, several_threads: None
) -> None:
    from playwright.sync_api import Error, sync_playwright

    trusting, strange = home / "trusting", home / "strange"
    _trusts(trusting, home / "keys" / "field-ca" / "ca.crt")
    strange.mkdir()
    arguments = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    address = f"https://{NAME}:{node}/field/vi/"

    with sync_playwright() as playwright:

        def open_with(profile: Path) -> Any:
            told: dict[str, str | float | bool] = {**os.environ, "HOME": str(profile)}
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments, env=told)
            page = browser.new_page()
            page.goto(address)
            return page

        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            open_with(strange)
        page = open_with(trusting)
        assert page.evaluate("isSecureContext") is True
        ready = "navigator.serviceWorker.register('/field/sw.js', {scope: '/field/'}).then(() => navigator.serviceWorker.ready).then(one => one.scope)"
        assert page.evaluate(ready) == f"https://{NAME}:{node}/field/"
        page.context.browser.close()

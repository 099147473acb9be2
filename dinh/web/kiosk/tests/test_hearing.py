"""What is heard of a page: a person's recording where there is one, else a voice of the device, else the node's."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from dinh.dossiers.models import Draft
from dinh.dossiers.tests.world import World, begun, blob
from dinh.outreach.models import Kiosk, Recording
from dinh.outreach.queries.voices import all_sentences
from dinh.web.kiosk import speech
from dinh.web.kiosk.tests.test_forgetting import BACKEND, kiosk_of, look

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
PROCEDURE, PAGE = "certified_copy", "paper"
FIELD = f"field.{PROCEDURE}.copies"
# What would sound is written down instead, in its order.
EARS = """
window.heard = [];
const soon = (one, what) => setTimeout(() => one.dispatchEvent(new Event(what)), 5);
window.Audio = class extends EventTarget {
  constructor(address) { super(); this.address = address; }
  play() { heard.push("sound " + this.address.split("?")[0]); soon(this, "ended"); return Promise.resolve(); }
  pause() {}
};
window.SpeechSynthesisUtterance = class extends EventTarget {
  constructor(text) { super(); this.text = text; }
};
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => VOICES, addEventListener() {}, cancel() {},
  speak(one) { heard.push("voice " + one.text); soon(one, "end"); },
} });
"""
VIETNAMESE = EARS.replace("VOICES", '[{ lang: "vi-VN" }]')
DUMB = EARS.replace("VOICES", "[]")
WAV = (
    "#!/usr/bin/env python3\nimport sys, wave\nsys.stdin.read()\nout = wave.open(sys.stdout.buffer, 'wb')\n"
    "out.setnchannels(1), out.setsampwidth(2), out.setframerate(22050), out.setnframes(2205)\n"
    "out.writeframesraw(bytes(4410))\n"
)


@pytest.fixture
def draft(world: World) -> Draft:
    """A request that Mr Phúc has begun."""
    return begun(world, PROCEDURE)


def recorded(world: World, key: str, language: str) -> str:
    """Return the address of a recording that everybody hears."""
    Recording.objects.create(
        key=key, language=language, blob=blob(), text_digest=all_sentences()[key].digest, at=timezone.now(),
        recorded_by=world.cast.clerk, approved_by=world.cast.reception,
    )  # fmt: skip
    return f"/voice/{key}/{language}"


def at_home(chromium: Any, server: Any, account: Any, ears: str) -> Any:
    """Return the page of a telephone on which somebody is signed in."""
    client = Client()
    client.force_login(account, backend=BACKEND)
    window = chromium.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    window.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])
    window.add_init_script(ears)
    page = window.new_page()
    page.set_default_timeout(10_000)
    return page


def listened(page: Any) -> list[str]:
    """Have the page read, to its end; return what was heard."""
    button = page.locator("[data-talk]")
    before = button.inner_text()
    button.click()
    page.wait_for_function(
        "before => heard.length && document.querySelector('[data-talk]').innerText.trim() === before",
        arg=before.strip(),
    )
    return list(page.evaluate("heard"))


def test_a_question_is_heard_as_it_was_recorded_and_the_rest_by_the_telephone(
    chromium: Any, live_server: Any, world: World, draft: Draft
) -> None:
    mong, viet = recorded(world, FIELD, "hmn"), recorded(world, FIELD, "vie")
    label = all_sentences()[FIELD].text
    page = at_home(chromium, live_server, world.cast.citizen, VIETNAMESE)
    page.goto(f"{live_server.url}/vi/draft/{draft.code}/page/{PAGE}/?voice=hmn")
    look(page, "hearing-hmn")

    heard = listened(page)

    assert mong in [one.removeprefix("sound ") for one in heard]
    assert not [one for one in heard if one.startswith("voice") and label in one]
    assert heard[0].startswith("voice ")  # the heading, which nobody recorded
    page.locator("button.hear").first.click()
    assert page.evaluate("heard.at(-1)") == f"sound {mong}"

    page.goto(f"{live_server.url}/vi/draft/{draft.code}/page/{PAGE}/?voice=")  # nothing chosen: in Vietnamese
    assert f"sound {viet}" in listened(page)
    page.goto(f"{live_server.url}/fr/draft/{draft.code}/page/{PAGE}/")
    page.wait_for_timeout(300)
    assert not page.locator("button.hear").count()
    page.context.close()


def test_where_no_device_speaks_the_node_does(
    chromium: Any, live_server: Any, world: World, registered: tuple[Kiosk, str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if not shutil.which(speech.PROGRAM):
        program = tmp_path / speech.PROGRAM
        program.write_text(WAV)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    page = kiosk_of(chromium, live_server, registered)
    page.context.add_init_script(DUMB)
    page.goto(f"{live_server.url}/vi/kiosk/")
    with page.expect_response("**/kiosk/speech/") as first:
        page.locator("[data-talk]").click()

    assert first.value.status == 200
    assert first.value.headers["content-type"] == "audio/wav"
    assert page.evaluate("heard") == []
    page.context.close()


def test_without_any_voice_there_is_no_button(
    chromium: Any, live_server: Any, world: World, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinh.web.kiosk.speech.available", lambda: False)
    page = at_home(chromium, live_server, world.cast.citizen, DUMB)
    with page.expect_response("**/kiosk/speech/") as asked:
        page.goto(f"{live_server.url}/vi/draft/{draft.code}/page/{PAGE}/")
    assert asked.value.status == 404
    assert not page.locator("[data-talk]").is_visible()
    page.context.close()

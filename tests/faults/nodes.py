"""A real node with Mr Phúc's filled requests in it, and browsers that do not give up."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

from dinh.config.tests.nodes import Node

NUMBER = "010075001234"
PEOPLE = """
import json, sys
from types import SimpleNamespace
from django.utils import timezone
from dinh.directory.models import Level
from dinh.directory.queries import get_unit
from dinh.directory.setup import load_offices
from dinh.directory.tests.cast import PHUC_PERSON, make_account, make_unit
from dinh.dossiers.models import Attachment, Draft
from dinh.dossiers.tests import world as acts
now = timezone.now()
load_offices(["02746"])
unit = get_unit("02746", timezone.localdate())
village = make_unit(Level.VILLAGE, "02746-91", "Ún Tà", "thôn", unit)
citizen = make_account("phuc", "Vàng Văn Phúc", "citizen", person=PHUC_PERSON, demonstration=True)
world = acts.settled(SimpleNamespace(cocsan=unit, un_ta=village, tan_son=village, citizen=citizen))
first = acts.filled(world, acts.begun(world, "certified_copy", at=now))
paper = first.attachments.get()
codes = [first.code]
for _ in range(COUNT - 1):
    draft = acts.begun(world, "certified_copy", at=now)
    Draft.objects.filter(pk=draft.pk).update(answers=first.answers, done_pages=first.done_pages)
    Attachment.objects.create(draft=draft, document=paper.document, blob=paper.blob, filename="a.pdf", by=citizen.pk, at=now)
    codes.append(draft.code)
print(json.dumps(codes))
"""  # fmt: skip
FILED = """
import json
from dinh.dossiers.models import Dossier, Draft
from dinh.journal.models import Entry
drafts = {d.code: d.dossier.number if d.dossier else None for d in Draft.objects.select_related("dossier")}
numbers = list(Dossier.objects.values_list("number", flat=True))
entries = [str(pk) for pk in Entry.objects.filter(kind="dossiers.filed").values_list("subject", flat=True)]
print(json.dumps({"drafts": drafts, "numbers": numbers, "entries": entries}))
"""


def with_drafts(node: Node, count: int) -> list[str]:
    """Fill the home of a node with a person and so many requests ready to send; return their codes."""
    return list(json.loads(node.python(PEOPLE.replace("COUNT", str(count))).splitlines()[-1]))


def filed(node: Node) -> dict[str, Any]:
    """Return what became of the requests, read from the database."""
    return dict(json.loads(node.python(FILED).splitlines()[-1]))


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *given: Any, **more: Any) -> None:
        return None


@dataclass
class Browser:
    """A person with patience: what got no answer is sent again, the same form."""

    node: Node
    seconds: float = 90
    jar: CookieJar = field(default_factory=CookieJar)

    @property
    def opener(self) -> OpenerDirector:
        return build_opener(HTTPCookieProcessor(self.jar), _Stay())

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, text and where it leads; raises OSError when the server is away."""
        body = urlencode(data).encode() if data is not None else None
        request = Request(self.node.address + path, data=body, headers={"Origin": self.node.address})  # noqa: S310
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), ""
        except HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode(), answer.headers.get("Location", "")
        except HTTPException as broken:
            raise OSError("the answer broke off") from broken

    def insist(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Ask until there is an answer that is not "try later"."""
        end = time.monotonic() + self.seconds
        while True:
            try:
                status, text, where = self.ask(path, data)
                if status < 500:
                    return status, text, where
            except OSError:
                status, text = 0, "the server is away"
            assert time.monotonic() < end, (path, status, text[-2000:], self.node.log()[-2000:])
            time.sleep(0.05)

    def sign_in(self, number: str = NUMBER) -> None:
        """Sign in with the demonstration's identity."""
        _status, page, _where = self.insist("/vi/sign-in/")
        _status, page, _where = self.insist(
            "/vi/sign-in/", {"number": number, "csrfmiddlewaretoken": token(page)}
        )
        code = re.search(r'class="code"[^>]*>(\d{6})<', page)
        assert code, page[-3000:]
        form = {"step": "code", "code": code.group(1), "csrfmiddlewaretoken": token(page)}
        status, page, _where = self.insist("/vi/sign-in/", form)
        assert status == 302, page[-3000:]

    def send(self, code: str) -> str:
        """Send a filled request and return the number that the person saw."""
        path = f"/vi/draft/{code}/check/"
        status, page, where = self.insist(path)
        if status == 200:
            status, page, where = self.insist(path, send_form(page))
        found = re.search(r"/filed/(.+)/$", where)
        assert status == 302 and found, (status, where, page[-3000:])
        return found.group(1)


def token(page: str) -> str:
    """Return the form's protection against other sites."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found, page[-2000:]
    return found.group(1)


def send_form(page: str) -> dict[str, str]:
    """Return what the summary page sends once its boxes are ticked."""
    key = re.search(r'name="_key" value="(\w+)"', page)
    assert key, page[-3000:]
    ticks = dict.fromkeys(re.findall(r'name="(consent-\w+)"', page), "on")
    return {"_key": key.group(1), "true": "on", "csrfmiddlewaretoken": token(page), **ticks}

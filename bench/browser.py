"""A small browser: one connection that is kept, cookies, redirects, and the forms of a page."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

Values = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What came back, and the seconds it took."""

    status: int
    path: str
    body: str
    seconds: float
    location: str = ""


@dataclass
class Form:
    """One form of a page with what it holds."""

    action: str
    method: str = "get"
    values: Values = field(default_factory=list)

    def filled(self, answers: Mapping[str, str]) -> Values:
        """Return what a person would send who gives these answers and leaves the rest as it is."""
        kept = [(name, value) for name, value in self.values if name not in answers]
        return [*kept, *((name, value) for name, value in answers.items())]


class Browser:
    """Somebody at a screen. One thread at a time."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self.port = port
        self.cookies: dict[str, str] = dict(cookies or {})
        self.connection: http.client.HTTPConnection | None = None
        self.times: list[float] = []
        self.errors: list[str] = []

    def get(self, path: str, *, follow: bool = True) -> Answer:
        """Ask for a page; redirects are followed, each as a request of its own."""
        return self._ask("GET", path, None, follow)

    def post(self, path: str, values: Values, *, follow: bool = True) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(values).encode(), follow)

    def submit(
        self, answer: Answer, answers: Mapping[str, str], *, part: str = "", follow: bool = True
    ) -> Answer:
        """Fill the form of a page (whose action holds `part`) and send it."""
        form = form_of(answer, part)
        return self.post(form.action or answer.path, form.filled(answers), follow=follow)

    def again(self) -> Browser:
        """Return another browser with the same session."""
        return Browser(self.port, self.cookies)

    def _ask(self, method: str, path: str, body: bytes | None, follow: bool) -> Answer:
        for _redirect in range(6):
            answer = self._once(method, path, body)
            self.times.append(answer.seconds)
            if answer.status >= 400:
                self.errors.append(f"{answer.status} {method} {path}")
            if not follow or not 300 <= answer.status < 400:
                return answer
            method, path, body = "GET", answer.location, None
        raise RuntimeError(f"too many redirects: {path}")

    def _once(self, method: str, path: str, body: bytes | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}{path}",
            }
        began = time.perf_counter()
        try:
            response = self._send(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.connection = None  # kept alive too long: the server let it go
            response = self._send(method, path, body, headers)
        text = response.read().decode("utf-8", "replace")
        seconds = time.perf_counter() - began
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self._keep(value)
        location = response.getheader("Location") or ""
        split = urlsplit(location)
        return Answer(
            response.status, path, text, seconds, split.path + (f"?{split.query}" if split.query else "")
        )

    def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.connection.request(method, path, body, headers)
        return self.connection.getresponse()

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel.value:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)


def form_of(answer: Answer, part: str = "") -> Form:
    """Return the form of a page that is sent with POST and whose action holds `part`; raise when there is none."""
    for form in forms_of(answer.body):
        if form.method == "post" and part in (form.action or answer.path):
            return form
    raise RuntimeError(f"no form with {part!r} on {answer.path} ({answer.status}): {answer.body[:600]}")


def forms_of(html: str) -> list[Form]:
    """Return every form of a page with the values it would send untouched."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.select = ""
        self.chosen: str | None = None
        self.first: str | None = None
        self.area: list[str] | None = None
        self.area_name = ""
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self.inside = True
        elif not self.inside:
            return
        elif tag == "input":
            self._input(given, {name for name, _value in attrs})
        elif tag == "select":
            self.select, self.chosen, self.first = given.get("name", ""), None, None
        elif tag == "option" and self.select:
            self.first = given.get("value", "") if self.first is None else self.first
            if any(name == "selected" for name, _value in attrs):
                self.chosen = given.get("value", "")
        elif tag == "textarea":
            self.area, self.area_name = [], given.get("name", "")

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select and self.inside:
            self.forms[-1].values.append(
                (self.select, self.chosen if self.chosen is not None else self.first or "")
            )
            self.select = ""
        elif tag == "textarea" and self.area is not None and self.inside:
            self.forms[-1].values.append((self.area_name, "".join(self.area).lstrip("\n")))
            self.area = None

    def _input(self, given: dict[str, str], present: set[str]) -> None:
        kind = given.get("type", "text").lower()
        if not given.get("name") or kind in {"submit", "button", "file", "image", "reset"}:
            return
        if kind in {"radio", "checkbox"} and "checked" not in present:
            return
        self.forms[-1].values.append((given["name"], given.get("value", "on" if kind == "checkbox" else "")))

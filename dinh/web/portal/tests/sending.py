"""Filling in a page as a browser does."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client


def form_of(html: str) -> dict[str, Any]:
    """Return what a browser would send of the first form in `main`, unchanged."""
    body = html[html.index("<main") : html.index("</main>")]
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", body):
        kept = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = kept.get("type", "text")
        if kind in {"radio", "checkbox"} and " checked" not in tag:
            continue
        if "name" in kept and kind != "file":
            data[kept["name"]] = kept.get("value", "")
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        data[name] = chosen.group(1) if chosen else ""
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', body, re.S):
        data[name] = unescape(inner)
    data.pop("csrfmiddlewaretoken", None)
    return data


def send(client: Client, path: str, **changed: Any) -> Any:
    """Open a page, change some answers and send it."""
    data = form_of(client.get(path).content.decode())
    return client.post(path, {**data, **changed})

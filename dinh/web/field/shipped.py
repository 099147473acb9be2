"""What the app consists of: its files, the name of this build, its service worker and its manifest.

The build's name is a digest of everything that a phone keeps, so that a phone fetches anew exactly when something
changed. Files are asked by their plain names, for modules import each other by relative paths, and the worker must
keep them under the very addresses that the page asks for.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from dinh.web.field import words

FOLDER = Path(__file__).parent / "static" / "field"
WORKER = FOLDER / "worker.js"
SHELL = Path(__file__).parent / "templates" / "field" / "shell.html"
LANGUAGES = ("vi", "fr", "en")
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
PLACE = "/field/app/"
# Comments, and what a line is indented by; no template string of the app has lines, no string " // ".
ASIDE = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)$|^[ \t]+|[ \t]+// [^'\"`\n]*$", re.MULTILINE | re.DOTALL
)
BACKGROUND = "#fbf9f4"
COLOUR = "#1f3f68"


@lru_cache(maxsize=1)
def files() -> tuple[str, ...]:
    """Return the app's files, relative to its static folder, in a fixed order; the worker itself is none of them."""
    found = (path for path in FOLDER.rglob("*") if path.suffix in KINDS and path != WORKER)
    return tuple(sorted(path.relative_to(FOLDER).as_posix() for path in found))


FILES = files()


def address(name: str) -> str:
    """Return the address of a file: plain, without the digest that other faces put into names."""
    return f"{PLACE}{name}"


@lru_cache(maxsize=64)
def content(name: str) -> str:
    """Return a file as it is sent: of a module, what its readers are told is left out, line for line."""
    text = (FOLDER / name).read_text()
    return ASIDE.sub(_blank, text) if name.endswith(".js") else text


def _blank(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def modules() -> tuple[str, ...]:
    """Return the addresses of the modules, which the page asks for at once instead of one after another."""
    return tuple(address(name) for name in files() if name.endswith(".js") and name != "app.js")


def shells() -> tuple[str, ...]:
    """Return the addresses of what is kept for each language: page, words, manifest."""
    places = ("", "words.json", "app.webmanifest")
    return tuple(f"/field/{language}/{place}" for language in LANGUAGES for place in places)


@lru_cache(maxsize=len(LANGUAGES))
def shell(language: str) -> str:
    """Return the page of the app in one language."""
    with translation.override(language):
        return render_to_string(
            "field/shell.html",
            {"language": language, "build": build(), "modules": modules(), "place": address("")},
        )


@lru_cache(maxsize=1)
def build() -> str:
    """Return the name of this build: 12 hexadecimal digits."""
    digest = sha256(WORKER.read_bytes())
    for name in files():
        digest.update(name.encode() + (FOLDER / name).read_bytes())
    for language in LANGUAGES:
        digest.update(json.dumps(words.words(language), sort_keys=True).encode())
    digest.update(SHELL.read_bytes())
    return digest.hexdigest()[:12]


def worker_script() -> str:
    """Return the service worker: what this build consists of, then its logic."""
    kept = [address(name) for name in files()]
    about = {"id": build(), "files": kept, "shells": shells()}
    return f"const BUILD = {json.dumps(about)};\n{WORKER.read_text()}"


def manifest(language: str) -> dict[str, Any]:
    """Return the web app manifest in one language."""
    with translation.override(language):
        return {
            "name": gettext("The house's field app"),
            "short_name": gettext("Field work"),
            "lang": language,
            "id": "/field/",
            "start_url": f"/field/{language}/",
            "scope": "/field/",
            "display": "standalone",
            "background_color": BACKGROUND,
            "theme_color": COLOUR,
            "icons": [
                {"src": address("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
            ],
        }

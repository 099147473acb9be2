"""Translations without tools outside Python: `translations.py extract|compile|check`.

compile  writes the .mo beside each .po that is older or missing
extract  adds new messages to each package's .po files, marks gone ones obsolete
check    exits 1 when a message lacks its Vietnamese or French words, or was not extracted
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_javascript, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("vi", "fr")
FUNCTIONS = ("gettext", "ngettext", "pgettext", "npgettext")
KEYWORDS: dict[str, Any] = dict.fromkeys(("_", *FUNCTIONS, *(f"{name}_lazy" for name in FUNCTIONS)))
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
# (line, function, its arguments, comments): what Babel's extractors yield, whatever their annotation says.
Call = tuple[int, str, object, list[str]]


def packages(root: Path = ROOT) -> list[Path]:
    """Return the folders that carry a `locale` of their own."""
    faces = sorted(p for p in (root / "dinh/web").iterdir() if p.is_dir())
    plain = sorted(p for p in (root / "dinh").iterdir() if p.is_dir() and p.name != "web")
    return [p for p in (*plain, *faces) if (p / "__init__.py").exists()]


def compile_all(root: Path = ROOT) -> int:
    """Write every .mo that is missing or older than its .po; return how many."""
    written = 0
    for po in sorted(root.glob("dinh/**/locale/*/LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name)
        with mo.open("wb") as target:
            write_mo(target, catalog)
        written += 1
    return written


def messages_of(package: Path) -> Iterator[tuple[str, int, object, str | None]]:
    """Yield (place, line, message, context) of every marked string of one package."""
    for path in sorted(package.rglob("*.py")):
        if {"tests", "migrations"} & set(path.relative_to(package).parts):
            continue
        with path.open("rb") as file:
            yield from _found(
                path, cast(Iterator[Call], extract_python(file, KEYWORDS, (), {"encoding": "utf-8"}))
            )
    for path in sorted(package.rglob("templates/**/*")):
        if path.suffix in {".html", ".txt"}:
            yield from _found(path, _template(path))


def _template(path: Path) -> Iterator[Call]:
    """Extract from a Django template: Django turns it into calls, a tolerant lexer reads them."""
    from django.utils.translation.template import templatize

    calls = templatize(path.read_text("utf-8"), origin=str(path))
    # Only lines that hold a call matter; the rest is blanked-out text.
    lines = io.BytesIO(calls.encode())
    return cast(Iterator[Call], extract_javascript(lines, KEYWORDS, (), {"encoding": "utf-8"}))


def _found(path: Path, rows: Iterator[Call]) -> Iterator[tuple[str, int, object, str | None]]:
    place = path.relative_to(ROOT).as_posix()
    for line, function, message, _comments in rows:
        parts = list(message) if isinstance(message, (list, tuple)) else [message]
        texts = [p for p in parts if isinstance(p, str)]
        if not texts or not texts[0]:
            continue
        context = texts.pop(0) if function.startswith(("pgettext", "npgettext")) else None
        yield (
            place,
            line,
            tuple(texts[:2]) if "ngettext" in function or "npgettext" in function else texts[0],
            context,
        )


def extract(package: Path) -> None:
    """Merge the package's marked strings into its .po files, keeping what is translated."""
    template = Catalog(project="dinh", charset="utf-8")
    for place, line, message, context in messages_of(package):
        template.add(message, locations=[(place, line)], context=context)  # type: ignore[arg-type]
    if not len(template):
        return
    for language in LANGUAGES:
        po = package / "locale" / language / "LC_MESSAGES" / "django.po"
        catalog = Catalog(locale=language, project="dinh", charset="utf-8")
        if po.exists():
            with po.open("rb") as source:
                catalog = read_po(source, locale=language)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        po.parent.mkdir(parents=True, exist_ok=True)
        header = HEADER.format(language=language, plural_forms=catalog.plural_forms)
        lines = io.BytesIO()
        write_po(lines, catalog, sort_output=True, no_location=True, omit_header=True, width=110)
        po.write_bytes(header.encode() + lines.getvalue().strip() + b"\n")


def faults() -> list[str]:
    """Return a line for each message that is missing or not translated."""
    found: list[str] = []
    for package in packages():
        wanted = {(m if isinstance(m, str) else m[0], c) for _, _, m, c in messages_of(package)}  # type: ignore[index]
        for language in LANGUAGES if wanted else ():
            po = package / "locale" / language / "LC_MESSAGES" / "django.po"
            known: dict[tuple[str, str | None], bool] = {}
            if po.exists():
                with po.open("rb") as source:
                    for message in read_po(source, locale=language):
                        if message.id:
                            key = message.id if isinstance(message.id, str) else message.id[0]
                            words = (
                                [message.string] if isinstance(message.string, str) else message.string or ()
                            )
                            known[(key, message.context)] = bool(words) and all(words) and not message.fuzzy
            where = po.relative_to(ROOT).as_posix()
            found += [f"{where}: {key!r} is {'not translated' if (key, c) in known else 'missing'}"
                      for key, c in sorted(wanted, key=str) if not known.get((key, c))]  # fmt: skip
    return found


def main(words: list[str]) -> int:
    """Run one command."""
    command = words[0] if words else ""
    if command == "compile":
        print(f"{compile_all()} catalogues compiled")
        return 0
    if command == "extract":
        for package in packages():
            if not words[1:] or package.name in words[1:]:
                extract(package)
        return 0
    if command == "check":
        lines = faults()
        print("\n".join(lines) or "every message is translated")
        return 1 if lines else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

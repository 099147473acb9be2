"""Reference pages, written from shapes, catalogue and code: `docs.py` writes them, `docs.py check` compares.

A test fails when a page differs from what would be written (`dinh/catalogue/tests/test_reference.py`).
Never edit docs/reference/ by hand: change what it is written from, then run `make docs`.
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from docs_catalogue import (
    catalogue_page,
    expressions_page,
    glossary_page,
    page,
    permissions_page,
    procedures_page,
    roles_page,
    scenarios_page,
    table,
)
from docs_figures import figures_page, views_page
from docs_registers import registers_page

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
SETTINGS = {
    "DATABASE_URL": "`postgresql://user:password@host:port/name`; without it SQLite under `DINH_HOME`",
    "DINH_BEHIND_PROXY": "1 when a proxy terminates TLS and sets `X-Forwarded-Proto`",
    "DINH_CATALOGUE_PATHS": "folders of declarations read after the shipped ones, separated by `:`; unset: `catalogue` in the home, if it is there",
    "DINH_DEMO": "1 allows demonstration identities, whose codes are shown on screen; never on a real node",
    "DINH_HEADS_LOG": "file that keeps the heads of the journal outside the database; `heads.log` under `DINH_HOME`",
    "DINH_HOME": "folder of the node's data: database, papers, keys, logs",
    "DINH_HOSTS": "host names that the node answers to, separated by commas; those of its own machine come always",
    "DINH_LISTEN": "address that `dinh run` listens on",
    "DINH_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR; logs are JSON on standard error (INFO, or WARNING at a terminal)",
    "DINH_MAIL_FROM": "sender of e-mails",
    "DINH_MAX_IMPORT_MB": "largest file of a register that a page takes in",
    "DINH_MAX_SCANS_MB": "largest total of scans handed in at once",
    "DINH_METRICS_TOKEN": "token that Prometheus must show to read `/metrics`",
    "DINH_NODE": "name of this node in the journal and in exchange",
    "DINH_PUBLIC_URL": "address that people use; it stands in QR codes and e-mails, and with https:// makes cookies secure",
    "DINH_SECRET_KEY": "secret of sessions; without it one is made under `DINH_HOME/keys`",
    "DINH_SMTP_HOST": "mail server; without it no e-mail is sent, and notices stand on the pages alone",
    "DINH_SMTP_PASSWORD": "password at the mail server",
    "DINH_SMTP_PORT": "port of the mail server",
    "DINH_SMTP_TLS": "1 for STARTTLS",
    "DINH_SMTP_USER": "user at the mail server",
    "DINH_TRUSTED_ORIGINS": "origins whose forms are accepted behind a proxy, separated by commas",
    "DINH_UNITS": "codes of the communes whose offices are opened at set-up, separated by commas",
    "DINH_WEB_MAX_REQUESTS": "requests after which a web process is replaced; 0 means never",
    "DINH_WEB_THREADS": "threads of each web process: 2 on SQLite, 8 on PostgreSQL",
    "DINH_WEB_WORKERS": "number of web processes",
    "DINH_WITNESS": "where each new head of the journal is also offered",
    "JAVA_HOME": "where Java is, for `dinh verify --engine spark`, as the system sets it",
    "PORT": "port of the web server",
    "TESSDATA_PREFIX": "where the program that reads scans finds its languages, as the system sets it",
    "TMPDIR": "folder for temporary files, as the system sets it",
}
OF_ANY_PROGRAM = {"PATH", "PYTHONPATH", "DJANGO_SETTINGS_MODULE"}  # handed on to programs, nothing of ours


def settings_in_code() -> dict[str, str]:
    """Return each environment variable that the code reads, with its default as written."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "dinh").rglob("*.py")):
        if {"tests", "migrations", "conftest.py", "settings_test.py"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and node.args
                and ast.unparse(node.func) in {"os.environ.get", "flag", "number"}
            ):
                name, *default = node.args
                if (
                    isinstance(name, ast.Constant)
                    and isinstance(name.value, str)
                    and name.value not in OF_ANY_PROGRAM
                ):
                    plain = default[0] if default else ast.Constant("")
                    text = str(plain.value) if isinstance(plain, ast.Constant) else "computed"
                    found[name.value] = {"False": "0", "True": "1"}.get(text, text)
    return found


def settings_page() -> str:
    """Environment variables."""
    found = settings_in_code()
    return page(
        "Settings",
        "Everything that a place may change about a running node comes from environment variables.",
        "",
        *table(
            ["variable", "default", "meaning"],
            (
                (f"`{name}`", f"`{found[name]}`" if found[name] else "", SETTINGS.get(name, ""))
                for name in sorted(found)
            ),
        ),
    )


def commands_page() -> str:
    """Every command with its words and options."""
    from dinh.config.cli import parser

    lines: list[str] = []
    for words, command, told in _commands(parser(), "dinh", ""):
        rows = list(_options(command))
        lines += [f"## `{words}`", "", *([told, ""] if told else [])]
        lines += table(["word or option", "meaning"], rows) if rows else []
    return page("Commands", "`dinh COMMAND --help` tells the same.", "", *lines)


def _commands(
    parser: argparse.ArgumentParser, words: str, told: str
) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    """Yield each command below a parser with the sentence that its parent tells of it."""
    yield words, parser, parser.description or told
    for choice in parser._actions:
        if isinstance(choice, argparse._SubParsersAction):
            sentences = {action.dest: action.help or "" for action in choice._choices_actions}
            for name, child in choice.choices.items():
                yield from _commands(child, f"{words} {name}", sentences.get(name, ""))


def _options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Yield the words and options of a command; defaults may come from the environment, so they stay out."""
    for option in parser._actions:
        if not isinstance(option, argparse._HelpAction | argparse._SubParsersAction):
            name = ", ".join(option.option_strings) or str(option.metavar or option.dest)
            yield f"`{name}`", option.help or ""


PAGES: dict[str, Callable[[], str]] = {
    "catalogue.md": catalogue_page, "commands.md": commands_page, "expressions.md": expressions_page,
    "figures.md": figures_page,
    "glossary.md": glossary_page, "permissions.md": permissions_page, "procedures.md": procedures_page,
    "registers.md": registers_page, "roles.md": roles_page, "scenarios.md": scenarios_page, "settings.md": settings_page,
    "views.md": views_page,
}  # fmt: skip


def set_up() -> None:
    """Make the code of this checkout importable, with the settings of tests: no data is read or written."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings_test")
    import django

    django.setup()


def main(words: list[str]) -> int:
    """Write the pages, or with `check` tell which would change."""
    set_up()
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = []
    for name, write in PAGES.items():
        text, file = write(), FOLDER / name
        if not file.exists() or file.read_text("utf-8") != text:
            stale.append(name)
            if words != ["check"]:
                file.write_text(text, "utf-8")
    print(f"{'stale' if words == ['check'] else 'written'}: {', '.join(stale) or 'none'}")
    return 1 if stale and words == ["check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

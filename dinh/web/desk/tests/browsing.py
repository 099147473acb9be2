"""Somebody at a screen: a browser that is signed in, and what can be asked of the page it shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier
from dinh.web.desk.tests.making import make_draft, phuc

WIDTHS = {"narrow": (360, 780), "wide": (1280, 860)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Seat:
    """Somebody at a screen of one width."""

    def __init__(self, browser: Any, server: str, account: Account, width: str) -> None:
        client = Client()
        client.force_login(account)
        size = WIDTHS[width]
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, bypass_csp=False, locale="vi-VN"
        )
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.server, self.width = server, width
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console",
            lambda said: (
                self.faults.append(said.text) if said.type == "error" and "favicon" not in said.text else None
            ),
        )

    def open(self, path: str) -> Any:
        self.page.goto(f"{self.server}{path}")
        return self.page

    def shoot(self, name: str) -> None:
        folder = os.environ.get("DESK_SHOTS")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}-{self.width}.png", full_page=True)

    def axe(self) -> list[str]:
        """Return what axe finds, in words."""
        import axe_core_python

        source = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text()
        self.page.evaluate(source)
        found = self.page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        return [
            f"{one['id']}: {node['target']} {node['failureSummary'][:160]}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]

    def overflow(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"))


def pages(cast: Cast, desk: dict[str, Dossier]) -> list[tuple[str, Account, str]]:
    """Return (name, who, address) of every page of the desk."""
    draft = make_draft(cast)
    actions.open_with_code(code=draft.code, officer=cast.reception, consent="spoken", at=timezone.now())
    person, admin = phuc(cast), "/vi/desk/admin/"
    dossier = "/vi/desk/dossier/"
    return [
        ("worklist", cast.reception, "/vi/desk/?view=all"),
        ("worklist-empty", cast.reception, "/vi/desk/?view=all&q=khong+co+ai"),
        ("dossier-filed", cast.reception, f"{dossier}{desk['filed'].number}/"),
        ("dossier-differs", cast.examiner, f"{dossier}{desk['differs'].number}/"),
        ("dossier-late", cast.examiner, f"{dossier}{desk['late'].number}/"),
        ("apology", cast.examiner, f"{dossier}{desk['late'].number}/apology"),
        ("dossier-approved", cast.reception, f"{dossier}{desk['approved'].number}/"),
        ("dossier-returned", cast.leader, f"{dossier}{desk['returned'].number}/"),
        ("looked", cast.reception, f"{dossier}{desk['filed'].number}/looked"),
        ("keys", cast.reception, "/vi/desk/keys"),
        ("notices", cast.examiner, "/vi/desk/notices/"),
        ("counter", cast.reception, "/vi/desk/counter/"),
        ("draft-page", cast.reception, f"/vi/desk/counter/draft/{draft.code}/page/applicant"),
        ("draft-check", cast.reception, f"/vi/desk/counter/draft/{draft.code}/check"),
        ("people", cast.reception, "/vi/desk/people/"),
        ("person", cast.reception, f"/vi/desk/people/{person.pk}/"),
        ("household", cast.reception, f"/vi/desk/households/{person.household_id}/"),
        ("import", cast.administrator, "/vi/desk/people/import/"),
        ("registers", cast.examiner, "/vi/desk/registers/"),
        ("register", cast.examiner, "/vi/desk/registers/certified_copies/"),
        ("chair", cast.leader, "/vi/desk/chair/"),
        ("figures", cast.leader, "/vi/desk/figures/"),
        ("figure-rows", cast.leader, "/vi/desk/figures/e_authenticated/"),
        ("administration", cast.administrator, admin),
        ("accounts", cast.administrator, f"{admin}accounts/"),
        ("account", cast.administrator, f"{admin}accounts/{cast.leader.pk}/"),
        ("account-new", cast.administrator, f"{admin}accounts/new"),
        ("roles", cast.administrator, f"{admin}roles/"),
        ("places", cast.administrator, f"{admin}places/?q=coc+san"),
        ("places-begin", cast.administrator, f"{admin}places/"),
        ("place", cast.administrator, f"{admin}places/{cast.cocsan.pk}/"),
        ("catalogue", cast.administrator, f"{admin}catalogue/?check=1"),
        ("procedure", cast.administrator, f"{admin}catalogue/certified_copy/"),
        ("closures", cast.administrator, f"{admin}closures/"),
        ("journal", cast.auditor, f"{admin}journal/"),
        ("failures", cast.auditor, f"{admin}failures/"),
    ]

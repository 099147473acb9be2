"""Roles, to read: what each may do, in words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy

from dinh.catalogue import store
from dinh.web.desk.views.base import desk_page, show

MANAGE = "directory.manage_accounts"
PERMISSIONS = {
    "catalogue.read": gettext_lazy("read the catalogue"),
    "directory.manage_accounts": gettext_lazy("look after accounts"),
    "directory.manage_places": gettext_lazy("look after places"),
    "dossiers.approve": gettext_lazy("decide dossiers"),
    "dossiers.examine": gettext_lazy("examine dossiers"),
    "dossiers.export": gettext_lazy("take dossiers away in a file"),
    "dossiers.read": gettext_lazy("read dossiers"),
    "dossiers.receive": gettext_lazy("receive dossiers"),
    "dossiers.return": gettext_lazy("hand over results"),
    "drafts.help": gettext_lazy("fill a request with a citizen"),
    "figures.read": gettext_lazy("read figures"),
    "journal.read": gettext_lazy("read and prove the journal"),
    "papers.revoke": gettext_lazy("take back papers"),
    "population.export": gettext_lazy("take lists of people away in a file"),
    "population.import": gettext_lazy("bring in files of persons"),
    "population.read": gettext_lazy("look up people"),
    "population.write": gettext_lazy("change people’s data"),
    "registers.export": gettext_lazy("take registers away in a file"),
    "registers.read": gettext_lazy("read registers"),
    "registers.write": gettext_lazy("write in registers"),
}


@desk_page(MANAGE, "catalogue.read")
def roles(request: HttpRequest) -> HttpResponse:
    """Show what each role may do."""
    language = get_language() or "vi"
    every = store.get()
    sectors = (
        {entry.code: entry.title.of(language) for entry in every.lists["sectors"].entries}
        if "sectors" in every.lists
        else {}
    )
    lines = [
        {
            "title": role.title.of(language),
            "key": key,
            "permissions": [str(PERMISSIONS.get(one, one)) for one in sorted(role.permissions)],
            "sectors": ", ".join(sectors.get(one, one) for one in role.sectors),
            "source": role.source,
        }
        for key, role in every.roles.items()
    ]
    return show(request, "admin/roles", {"lines": lines})

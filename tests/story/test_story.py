"""The one story that everything must serve, played by five people in a real browser, in two languages.

Mr Phúc of Ún Tà needs a copy of his birth certificate to sell a field. He begins at home, and goes to the centre
with his half-filled draft; Ms Hương opens it by its code and finishes it with him; Mr Minh examines, Mr Sơn signs,
and a stranger checks the paper. Everything is pressed as people press it; only the passing of time is hurried
(`the_worker_works` does what sealer and worker would do in a moment).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from dinh.directory.models import Account
from dinh.directory.tests.cast import PASSWORD, Cast
from dinh.dossiers.models import Dossier, Draft, Rating
from dinh.dossiers.tests.world import World, settled
from dinh.journal.verify import verify
from dinh.papers.signing import authority
from tests.story.browsing import (
    Person,
    codes_in,
    read_codes,
    signatures_of,
    the_worker_works,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBER = "010075001234"
WORDS = {"vi": "giay khai sinh mat", "fr": "copie acte naissance perdu"}
GO_ON = "main .actions button, main .next-action button"


class Story:
    """The five, and what passes from hand to hand."""

    def __init__(self, browser: Any, server: str, language: str, folder: Path) -> None:
        self.browser, self.server, self.language, self.folder = browser, server, language, folder
        self.people: list[Person] = []
        self.code = self.number = ""

    def somebody(self, width: int) -> Person:
        self.people.append(Person(self.browser, self.server, width))
        return self.people[-1]

    def officer(self, username: str) -> Person:
        """Sign an officer in: password, then the code of the authenticator that the demonstration shows."""
        one = self.somebody(1280)
        page = one.open(self.at("account/login/"))
        page.locator("#id_login").fill(username)
        page.locator("#id_password").fill(PASSWORD)
        one.press(GO_ON)
        page.locator("#id_code").fill(page.locator("main .code").inner_text())
        one.press(GO_ON)
        return one

    def at(self, path: str) -> str:
        return f"/{self.language}/{path}"

    def dossier(self) -> Dossier:
        return Dossier.objects.get(number=self.number)

    def end(self) -> None:
        for one in self.people:
            assert one.page.locator("html").get_attribute("lang") == self.language
            one.close()


@pytest.fixture
def world(cast: Cast) -> World:
    Account.objects.filter(kind=Account.Kind.STAFF).update(demonstration=True)
    return settled(cast)


@pytest.fixture
def story(
    request: pytest.FixtureRequest,
    world: World,
    chromium: Any,
    live_server: Any,
    settings: Any,
    tmp_path: Path,
) -> Iterator[Story]:
    settings.DINH_PUBLIC_URL = live_server.url  # what the square codes on papers lead to
    with translation.override(request.param):
        yield Story(chromium, live_server.url, request.param, tmp_path)


@pytest.mark.parametrize("story", ["vi", pytest.param("fr", marks=pytest.mark.long)], indirect=True, ids=str)
def test_mr_phuc_leaves_with_a_signed_copy_that_anybody_can_check(world: World, story: Story) -> None:
    phuc = _phuc_begins_at_home(story)
    huong = _huong_finishes_it_with_him(story)
    _minh_takes_what_the_register_says(story)
    _son_signs(story)
    the_worker_works()
    _huong_returns_it(story, huong)
    the_worker_works()
    paper = _phuc_receives_and_sees_who_looked(story, phuc, world)
    _a_stranger_checks_it(story, paper)

    said = signatures_of(paper, authority.root_path())
    assert said.count("Signature is Valid.") == 2, said
    assert said.count("Certificate is Trusted.") == 2, said
    assert verify().ok
    story.end()


def _phuc_begins_at_home(story: Story) -> Person:
    """Find without accents, sign in, answer, mistype the year of birth, and stop half-way with a code."""
    phuc = story.somebody(360)
    page = phuc.open(story.at(""))
    page.locator("#q").fill(WORDS[story.language])
    phuc.press("form.find button")
    phuc.press("main li a")
    assert page.url.endswith("/procedure/civil_status_extract_copy/")
    phuc.press("main form.actions button")
    page.locator("#id_number").fill(NUMBER)
    phuc.press(GO_ON)
    page.locator("#id_code").fill(page.locator("main .code").inner_text())
    phuc.press(GO_ON)
    phuc.press("main form[data-once] button")
    page.locator("input[name=event][value=birth]").check()
    page.locator("input[name=for_whom][value=self]").check()
    phuc.press(GO_ON)
    while "/page/applicant/" not in page.url:
        phuc.press(GO_ON)
    assert page.locator("[name='applicant.full_name']").input_value() == "Vàng Văn Phúc"  # nobody typed it
    page.locator("[name='applicant.birth']").fill("12/03/1957")
    phuc.press("button[name=_later]")
    story.code = page.locator("main .code").inner_text()
    picture = story.folder / "draft.png"
    page.screenshot(path=picture)
    assert any(story.code.replace("-", "") in code for code in read_codes(picture))
    assert Draft.objects.get().code == story.code.replace("-", "")
    return phuc


def _huong_finishes_it_with_him(story: Story) -> Person:
    """Open the draft by its code with his spoken consent, finish, file, receive, and print the slip."""
    huong = story.officer("huong")
    page = huong.open(story.at("desk/counter/"))
    form = page.locator("form[action$='counter/open']")
    form.locator("[name=open-code]").fill(story.code.lower())
    huong.press("form[action$='counter/open'] button")
    assert page.locator("#errors").is_visible()  # without consent nothing is opened
    assert Draft.objects.get().helper_id is None
    page.locator("[name=open-how][value=spoken]").check()
    huong.press("form[action$='counter/open'] button")
    while not page.url.endswith("/check"):
        huong.press(GO_ON)
    assert page.locator("[id='a-applicant.birth'].differs .register").is_visible()
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    huong.press(GO_ON)
    story.number = Dossier.objects.get().number
    assert story.number in page.url
    huong.press("form#do-receive button")
    the_worker_works()
    page.reload()
    slip = story.folder / "slip.pdf"
    assert huong.take("a[data-key=p]", slip).startswith(b"%PDF-")
    codes = codes_in(slip)
    assert len(codes) == 1 and codes[0].startswith(f"{story.server}/k/")
    return huong


def _minh_takes_what_the_register_says(story: Story) -> None:
    """See the difference in the margin, take the register's value, and pass the dossier on."""
    minh = story.officer("minh")
    page = minh.open(story.at("desk/?view=examine"))
    minh_sees = page.locator(f"a[data-open]:has-text('{story.number}')")
    assert minh_sees.count() == 1
    minh.open(story.at(f"desk/dossier/{story.number}/"))
    assert "12/03/1957" in page.locator("[id='a-applicant.birth'] .value").inner_text()
    assert "12/03/1975" in page.locator("[id='a-applicant.birth'] .register").inner_text()
    page.locator("#panel-examine summary").click()
    page.locator("input[name=use_register][value='applicant.birth']").check()
    minh.press("#panel-examine .actions button")
    assert story.dossier().answers["applicant.birth"]["value"] == "1975-03-12"


def _son_signs(story: Story) -> None:
    """Read the one line, mark it, approve."""
    son = story.officer("son")
    page = son.open(story.at("desk/chair/"))
    row = page.locator(f".file:has-text('{story.number}')")
    assert "Vàng Văn Phúc" in row.inner_text()
    row.locator("input[name=file]").check()
    son.press("#decisions .chair-bar button:not([type=button])")
    assert page.locator(".file.done").count() == 1
    assert story.dossier().result.decision == "approved"


def _huong_returns_it(story: Story, huong: Person) -> None:
    """Check who collects, by the key that presses the next action."""
    page = huong.open(story.at(f"desk/dossier/{story.number}/"))
    page.keyboard.press("n")
    page.locator("#panel-return_result [name=collector_name]").fill("Vàng Văn Phúc")
    page.locator("#panel-return_result [name=relation][value=applicant]").check()
    page.locator("#panel-return_result [name=checked][value=card]").check()
    huong.press("#panel-return_result .actions button")
    assert story.dossier().status == 10


def _phuc_receives_and_sees_who_looked(story: Story, phuc: Person, world: World) -> Path:
    """Download the paper, rate, and read the names of all who opened the dossier."""
    page = phuc.open(story.at(f"dossier/{story.number}/"))
    paper = story.folder / "paper.pdf"
    assert phuc.take(".done-box a.button", paper).startswith(b"%PDF-")
    page.locator("#id_stars").check()
    phuc.press("#rate .actions button")
    assert Rating.objects.get().stars == 5
    page = phuc.open(story.at("my-data/"))
    looked = page.locator("#looked ~ ul").inner_text()
    for officer in (world.cast.reception, world.cast.examiner):
        assert officer.full_name in looked
    page = phuc.open(story.at("notices/"))
    assert "Trần Ngọc Sơn" in page.locator("main").inner_text()  # who handled it, by name
    return paper


def _a_stranger_checks_it(story: Story, paper: Path) -> None:
    """Follow the square code, then hand in the file, then one in which a letter was changed."""
    codes = codes_in(paper)
    assert len(codes) == 1
    stranger = story.somebody(360)
    page = stranger.open(f"{codes[0]}?lang={story.language}")
    genuine, altered = gettext("Genuine"), gettext("Altered")
    assert (genuine, altered) != ("Genuine", "Altered")
    assert genuine in page.locator(".verdict.green .verdict-word").inner_text()
    page.locator("#id_file").set_input_files(paper)
    stranger.press("form[enctype] .actions button")
    assert genuine in page.locator(".verdict.green .verdict-word").inner_text()
    changed = bytearray(paper.read_bytes())
    changed[len(changed) // 3] ^= 1
    other = story.folder / "altered.pdf"
    other.write_bytes(changed)
    page.locator("#id_file").set_input_files(other)
    stranger.press("form[enctype] .actions button")
    assert altered in page.locator(".verdict.red .verdict-word").inner_text()
    assert page.locator(".verdict.green").count() == 0

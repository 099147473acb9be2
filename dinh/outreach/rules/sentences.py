"""Every sentence that a person may hear instead of reading it, with a key that stays and a digest of its words.

Questions of procedures and activities, pages' titles, guidance cards, and a few notices of the house. A recording
belongs to a key and a language; when the Vietnamese words change, their digest changes and it is asked for anew.
Pure: reads the catalogue that it is given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from dinh.catalogue import layout
from dinh.catalogue.contents import Catalogue
from dinh.catalogue.shapes.base import Text

# What people meet first is recorded first.
ORDER = ("notice", "guidance", "activity", "page", "field", "help")
NOTICES: dict[str, Text] = {
    "welcome": Text(
        vi="Chúng tôi là tổ công nghệ số của thôn. Chúng tôi giúp bà con làm việc với xã, không thu tiền.",
        fr="Nous sommes l’équipe numérique du village. Nous aidons pour les démarches, sans rien faire payer.",
        en="We are the digital team of the village. We help with the commune’s procedures, and it costs nothing.",
    ),
    "never_ask": Text(
        vi="Không bao giờ đưa mật khẩu, mã OTP hay tiền cho ai, kể cả chúng tôi.",
        fr="Ne donnez jamais de mot de passe, de code ni d’argent à personne, même à nous.",
        en="Never give a password, a one-time code or money to anybody, not even to us.",
    ),
    "consent": Text(
        vi="Ông bà có đồng ý để chúng tôi làm hồ sơ này giúp không? Ông bà được đổi ý bất cứ lúc nào.",
        fr="Acceptez-vous que nous déposions cette demande pour vous ? Vous pouvez changer d’avis à tout moment.",
        en="Do you agree that we file this request for you? You may change your mind at any time.",
    ),
    "slip": Text(
        vi="Xin giữ tờ phiếu này. Số trên phiếu cho biết việc đã đến đâu.",
        fr="Gardez ce papier. Son numéro dit où en est la demande.",
        en="Keep this slip. Its number tells what became of the matter.",
    ),
    "result": Text(
        vi="Đã có kết quả. Chúng tôi mang đến nhà, hoặc ông bà lấy ở xã.",
        fr="Le résultat est là. Nous l’apportons chez vous, ou vous le prenez à la commune.",
        en="The result is here. We bring it to your house, or you fetch it at the commune.",
    ),
}


@dataclass(frozen=True)
class Sentence:
    """One thing to say. `rank` orders what is to be recorded: smaller is met sooner and by more people."""

    key: str
    text: str  # the Vietnamese words, which are read or put into another language
    where: str  # of what it is part, for whoever records
    rank: tuple[int, int]

    @property
    def digest(self) -> str:
        """SHA-256 of the words."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def sentences(catalogue: Catalogue) -> dict[str, Sentence]:
    """Return every sentence by its key, in the order in which they are to be recorded."""
    found: dict[str, Sentence] = {}
    for one in (*_notices(), *_guidance(catalogue), *_activities(catalogue), *_procedures(catalogue)):
        found.setdefault(one.key, one)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].rank, pair[0])))


def key_of_field(form: str, field: str) -> str:
    """Return the key of a question of a procedure or an activity."""
    return f"field.{form}.{field}"


def _notices() -> Iterator[Sentence]:
    for place, (key, text) in enumerate(NOTICES.items()):
        yield _sentence("notice", f"notice.{key}", text.vi, "", place)


def _guidance(catalogue: Catalogue) -> Iterator[Sentence]:
    for card in catalogue.guidance.values():
        yield _sentence(
            "guidance",
            f"guidance.{card.id}",
            f"{card.title.vi}. {card.text.vi.strip()}",
            card.title.vi,
            card.order,
        )


def _activities(catalogue: Catalogue) -> Iterator[Sentence]:
    for place, activity in enumerate(catalogue.activities.values()):
        for page in activity.pages:
            for field in page.fields:
                key = key_of_field(activity.id, field.id)
                yield _sentence("activity", key, field.title.vi, activity.title.vi, place)


def _procedures(catalogue: Catalogue) -> Iterator[Sentence]:
    for place, procedure in enumerate(catalogue.procedures.values()):
        for page in layout.pages(procedure):
            key = f"page.{procedure.id}.{page.id}"
            yield _sentence("page", key, page.title.vi, procedure.title.vi, place)
        for id, field in layout.fields(procedure).items():
            key = key_of_field(procedure.id, id)
            yield _sentence("field", key, field.title.vi, procedure.title.vi, place)
            if field.help is not None:
                yield _sentence("help", f"help.{procedure.id}.{id}", field.help.vi, procedure.title.vi, place)


def _sentence(kind: str, key: str, text: str, where: str, place: int) -> Sentence:
    return Sentence(key, " ".join(text.split()), where, (ORDER.index(kind), place))

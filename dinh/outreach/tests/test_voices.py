"""Every sentence has one key and a digest of its words; only files that are sounds are kept."""

from __future__ import annotations

import pytest

from dinh.catalogue import store
from dinh.journal.fold import fold
from dinh.journal.models import Entry
from dinh.outreach.actions import voices
from dinh.outreach.models import Recording
from dinh.outreach.rules import sounds
from dinh.outreach.rules.sentences import ORDER, key_of_field, sentences
from dinh.outreach.tests.sending import NOW, Field
from dinh.papers import blobs
from dinh.papers.models import Blob

VOICE = b"OggS" + bytes(24) + b"OpusHead"


def test_every_question_notice_and_card_has_a_key_that_fits_the_table() -> None:
    found = sentences(store.get())

    assert {"notice.never_ask", "guidance.consent"} <= set(found)
    assert any(key.startswith("field.birth_registration.") for key in found)
    assert all(len(key) <= 160 and one.text for key, one in found.items())
    ranks = [one.rank for one in found.values()]
    assert ranks == sorted(ranks) and ranks[0][0] == ORDER.index("notice")


def test_a_digest_changes_with_the_words_alone() -> None:
    found = sentences(store.get())
    key = next(key for key in found if key.startswith(key_of_field("birth_registration", "")))

    assert found[key].digest == sentences(store.get())[key].digest
    assert len({one.digest for one in found.values()}) == len({one.text for one in found.values()})


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"OggS" + bytes(24) + b"OpusHead", "audio/ogg"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "audio/webm"),
        (b"ID3\x04" + bytes(20), "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + bytes(20), "audio/mpeg"),
        (b"\x00\x00\x00\x1cftypM4A " + bytes(20), "audio/mp4"),
        (b"OggS" + bytes(24) + b"theora", None),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), None),
        (b"<html>" + bytes(20), None),
        (b"", None),
    ],
)
def test_a_sound_is_told_from_its_first_bytes(head: bytes, kind: str | None) -> None:
    assert sounds.media_type(head) == kind


class TestFile:
    """A recording holds its file as long as it is there, whoever else had the same one."""

    def recorded(self, field: Field, key: str, data: bytes = VOICE) -> Recording:
        return voices.record(key=key, language="hmn", data=data, by=field.khoa, at=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_it_stays_when_others_throw_the_same_one_away(self, field: Field) -> None:
        first, second = (self.recorded(field, key) for key in ("notice.welcome", "notice.slip"))

        blobs.forget(first.blob_id)  # as when a request with the same content is thrown away
        voices.withdraw(recording=second, by=field.khoa, at=NOW)

        assert blobs.path_of(first.blob_id).exists()
        voices.withdraw(recording=first, by=field.khoa, at=NOW)
        assert not blobs.path_of(first.blob_id).exists() and not Blob.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_a_new_one_lets_the_old_one_go(self, field: Field) -> None:
        old = self.recorded(field, "notice.welcome").blob_id

        again = self.recorded(field, "notice.welcome", VOICE + b"again")

        assert not blobs.path_of(old).exists() and blobs.path_of(again.blob_id).exists()

    @pytest.mark.django_db
    def test_what_an_older_release_wrote_folds_into_the_row_of_today(self, field: Field) -> None:
        row = self.recorded(field, "notice.welcome")
        entry = Entry.objects.get(subject=row.pk)
        assert entry.body is not None
        entry.body["set"]["blob"] = entry.body["set"].pop("blob_id")

        assert fold([entry])["blob_id"] == row.blob_id

"""The published checkpoint is stamped by somebody else's clock, once, by who is trusted."""

import shutil
from collections.abc import Iterator

import pytest

from passport import tasks
from passport.actions import timestamp
from passport.audit import stamps
from passport.models import CheckpointTimestamp, LogHead
from passport.proof import note
from passport.proof.errors import BadTimestamp
from passport.queries import timestamp as timestamps
from tests.audit.conftest import serving
from tests.audit.tsa import Authority
from tests.cast import THEN

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("own") / "tsa", "Example TSA").found()


@pytest.fixture
def url(authority) -> Iterator[str]:
    with serving(authority.server()) as found:
        yield found


def stamp(url, authority):
    return timestamp.stamp(url=url, check=stamps.checker(authority.root), at=THEN)


def test_stamps_each_published_checkpoint_once(salvage, authority, url):
    with salvage.inside():
        first = stamp(url, authority)
        size = LogHead.objects.get().size
        assert (first.checkpoint_id, first.authority) == (size, url)
        assert stamp(url, authority) is None
        salvage.happens()
        assert stamp(url, authority).checkpoint_id == size + 1
        assert timestamps.tokens(size=size) == [bytes(first.token)]
        assert timestamps.tokens(size=size + 2) == []


def test_the_token_is_over_the_text_so_cosignatures_change_nothing(salvage, authority, url):
    with salvage.inside():
        kept = stamp(url, authority)
        alone, one = note.parse(bytes(kept.checkpoint.body))
    published = (salvage.house.press.folder / "checkpoint").read_bytes()
    text, all_of_them = note.parse(published)
    assert (len(one), len(all_of_them)) == (1, 3)
    check = stamps.checker(authority.root)
    assert check(bytes(kept.token), alone) == check(bytes(kept.token), text)
    with pytest.raises(BadTimestamp):
        check(bytes(kept.token), published.decode())


def test_keeps_nothing_of_an_authority_that_is_not_trusted(salvage, url, tmp_path):
    other = Authority(tmp_path / "tsa", "Example TSA").found()
    with salvage.inside():
        with pytest.raises(BadTimestamp, match="does not hold"):
            stamp(url, other)
        assert not CheckpointTimestamp.objects.exists()


def test_says_nothing_before_the_first_checkpoint(cast, house, as_system, authority, url):
    with as_system():
        assert stamp(url, authority) is None


def test_the_clock_asks_only_who_is_named(salvage, settings, authority, url, caplog):
    settings.PASSPORT_TSA_URL, settings.PASSPORT_TSA_ROOTS = "", None
    with salvage.inside():
        assert tasks.stamp_checkpoint() is False
        settings.PASSPORT_TSA_URL = url
        assert tasks.stamp_checkpoint() is False
        settings.PASSPORT_TSA_ROOTS = authority.root
        assert tasks.stamp_checkpoint() is True
        salvage.happens()
        settings.PASSPORT_TSA_URL = "http://127.0.0.1:9/"
        assert tasks.stamp_checkpoint() is False
        assert "no time stamp" in caplog.text
        assert CheckpointTimestamp.objects.count() == 1

"""State lies where the servers' user can reach it, in folders that are nobody else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from passport.local import instance
from passport.local import layout as layouts
from passport.local.layout import Layout
from passport.local.process import Account
from passport.local.trouble import Trouble

NOBODY = Account(name="nobody", uid=65534, gid=65534)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as another user")


def test_a_normal_user_keeps_state_in_the_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "server_account", lambda: None)
    assert layouts.find(root=tmp_path).home == tmp_path / ".local"


def test_where_the_account_cannot_go_state_lies_outside_the_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "server_account", lambda: NOBODY)
    clone = tmp_path / "clone"
    clone.mkdir(mode=0o700)
    found = layouts.find(root=clone)
    assert found.home.parent == Path("/var/tmp")
    assert found.home.name.startswith("clone-")
    assert found.environment == clone / ".venv"


def test_a_deep_clone_keeps_its_sockets_somewhere_shorter(tmp_path: Path) -> None:
    deep = Layout(root=tmp_path, home=tmp_path / ("deep" * 30), account=None)
    assert deep.sockets.parent == Path("/tmp")
    assert len(str(deep.sockets)) + layouts.LONGEST_SOCKET_NAME <= layouts.LONGEST_SOCKET


def test_a_path_too_long_for_a_socket_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "LONGEST_SOCKET", 10)
    with pytest.raises(Trouble, match="longer than a socket's path may be"):
        layouts.make_home(Layout(root=tmp_path, home=tmp_path / "home", account=None))


@as_root
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    os.chown(trap, 12345, 12345)
    with pytest.raises(Trouble, match="belongs to another user"):
        layouts.own_folder(trap, 0o700)


def test_a_link_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(Trouble, match="belongs to another user"):
        layouts.own_folder(tmp_path / "link", 0o700)


def test_a_second_instance_is_told_of_the_first(tmp_path: Path) -> None:
    layout = Layout(root=tmp_path, home=tmp_path / "home", account=None)
    with (
        instance.hold(layout, "http://127.0.0.1:8000"),
        pytest.raises(Trouble, match=r"Another instance is running here \(process \d+, http"),
        instance.hold(layout, "another"),
    ):
        pass
    with instance.hold(layout, "a later one"):
        pass


def test_the_note_of_an_instance_that_died_is_not_believed(tmp_path: Path) -> None:
    layout = Layout(root=tmp_path, home=tmp_path, account=None)
    instance.announce(layout, {"A": "b"})
    note = tmp_path / "instance.json"
    assert note.stat().st_mode & 0o777 == 0o600
    assert instance.announced(layout) == {"A": "b"}

    note.write_text(note.read_text().replace(str(os.getpid()), str(2**22 + 1)))
    assert instance.announced(layout) is None

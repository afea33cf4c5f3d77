"""Kills a process of ours before its n-th effect, whatever that is, and counts what it signed.

An effect is what outlives the process: a commit, a file forced to the disk, a name given to a
file, a question to a witness. The child is a fork of the test, so that it starts at once.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection, connections

from passport.audit import cosign
from passport.proof import checkpoint

_WRITES = ("INSERT", "UPDATE", "DELETE", "COPY")


def run(action: Callable[[], object], *, journal: Path, before_effect: int = 0) -> bool:
    """Do it in a child that is killed before this effect; whether it came to its end.

    What the child signs is written to the journal before it is signed.
    """
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            _be_killed(before_effect, journal)
            action()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the child failed; its trace stands above"
    return True


def signed_twice(journal: Path) -> dict[str, set[str]]:
    """The sizes for which more than one root was signed."""
    roots: dict[str, set[str]] = defaultdict(set)
    for line in journal.read_text().splitlines() if journal.exists() else []:
        place, _, root = line.rpartition(" ")
        roots[place].add(root)
    return {place: found for place, found in roots.items() if len(found) > 1}


def _be_killed(at: int, journal: Path) -> None:
    numbers = count(1)

    def effect() -> None:
        if next(numbers) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    _before(os, "fsync", effect)
    _before(Path, "replace", effect)
    _before(Path, "rename", effect)
    _before(Path, "unlink", effect)
    _before(cosign, "_post", effect)
    _before(type(connections["default"]), "_commit", effect)
    connection.execute_wrappers.append(_alone(effect))
    _keep_journal(journal)


def _before(owner: Any, name: str, effect: Callable[[], None]) -> None:
    real = getattr(owner, name)

    @wraps(real)
    def killed(*args: Any, **kwargs: Any) -> Any:
        effect()
        return real(*args, **kwargs)

    setattr(owner, name, killed)


def _alone(effect: Callable[[], None]) -> Callable[..., Any]:
    """A statement outside of any transaction is its own commit."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not connection.in_atomic_block and sql.lstrip().upper().startswith(_WRITES):
            effect()
        return execute(sql, params, many, context)

    return wrapper


def _keep_journal(journal: Path) -> None:
    real = checkpoint.sign

    def sign(**said: Any) -> bytes:
        head = said["checkpoint"]
        with journal.open("a") as file:
            file.write(f"{head.origin} {head.size} {head.root.hex()}\n")
        return real(**said)

    checkpoint.sign = sign

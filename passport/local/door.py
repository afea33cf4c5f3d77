"""What manage.py does: finds the environment, then runs demo, test or a Django command."""

from __future__ import annotations

import os
import sys

from passport.local import borrow, demo, layout, suite
from passport.local.environment import Environment
from passport.local.layout import Layout
from passport.local.trouble import Trouble

FAILED = 1


def main(arguments: list[str]) -> int:
    """Runs one command and gives its exit code; a trouble is one sentence and one remedy."""
    try:
        here = layout.find()
        _enter_environment(here, arguments)
        _prepare_for_django(here)
        return _dispatch(here, arguments[1:])
    except Trouble as trouble:
        print(f"{trouble.wrong}\n{trouble.remedy}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return demo.STOPPED


def _dispatch(here: Layout, arguments: list[str]) -> int:
    name, *rest = arguments or ["help"]
    if name == "demo":
        return demo.run(here, rest)
    if name == "test":
        return suite.run(here, rest)
    return borrow.run(here, [name, *rest])


def _enter_environment(here: Layout, arguments: list[str]) -> None:
    """Goes on under the clone's own interpreter, unless that or another is in use by choice."""
    environment = Environment(folder=here.environment, lock=here.root / "requirements.txt")
    inside = os.path.realpath(sys.prefix) == os.path.realpath(environment.folder)
    if inside or os.environ.get("PASSPORT_PYTHON") == "current":
        return
    environment.ensure()
    manage = str(here.root / "manage.py")
    os.execv(environment.python, [str(environment.python), manage, *arguments[1:]])


def _prepare_for_django(here: Layout) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passport.settings")
    paths = [str(here.root), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)

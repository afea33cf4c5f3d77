"""Runs one action in several threads at the same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections


def together(action: Callable[[Any], Any], arguments: Sequence[Any]) -> list[Any]:
    """The results in order; where an action raised, what it raised."""
    outcomes: list[Any] = [None] * len(arguments)
    start = threading.Barrier(len(arguments))

    def go(index: int) -> None:
        start.wait()
        try:
            outcomes[index] = action(arguments[index])
        except Exception as refused:
            outcomes[index] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(index,)) for index in range(len(arguments))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes

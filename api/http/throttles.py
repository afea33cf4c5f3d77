"""Holds each key to a rate, so that one machine gone wild leaves room for the others."""

import ipaddress
import threading
import time
from collections import OrderedDict
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

REMEMBERED: Final = 10_000


class Buckets:
    """Token buckets by name, in this process: a bound, not an account. The oldest is forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._filled: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, *, rate: float, burst: float, now: float) -> float:
        """Take one token; return 0, or the seconds until there is one."""
        with self._lock:
            tokens, seen = self._filled.pop(name, (burst, now))
            tokens = min(burst, tokens + (now - seen) * rate)
            wait = 0.0 if tokens >= 1 else (1 - tokens) / rate
            self._filled[name] = (tokens if wait else tokens - 1, now)
            if len(self._filled) > REMEMBERED:
                self._filled.popitem(last=False)
        return wait


def place_of(request: HttpRequest) -> str:
    """Where a request comes from: the network address, of IPv6 the network of one household.

    Behind a known proxy it is the last hop of X-Forwarded-For, which the proxy itself has written;
    what stands before it was written by whoever asks, and counts for nothing.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PASSPORT_BEHIND_PROXY:
        return _network(direct) or direct
    last = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2]
    return _network(last.strip()) or _network(direct) or direct


def _network(text: str) -> str:
    host = text.partition("]")[0].lstrip("[") if text.startswith("[") else text
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    return str(address if address.version == 4 else ipaddress.ip_network((address, 64), False))


_BUCKETS: Final = Buckets()


class PerKey(BaseThrottle):
    """PASSPORT_REQUESTS_PER_SECOND a key, twice that in a burst."""

    def __init__(self) -> None:
        self._wait = 0.0

    def allow_request(self, request: Any, view: Any) -> bool:
        if request.auth is None:
            return True
        rate = float(settings.PASSPORT_REQUESTS_PER_SECOND)
        self._wait = _BUCKETS.take(
            str(request.auth.pk), rate=rate, burst=2 * rate, now=time.monotonic()
        )
        return not self._wait

    def wait(self) -> float | None:
        return self._wait

"""The shell of the yard: the same for all, kept by the browser, named by what it is made of."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from passport.rules.errors import NotFound

HERE: Final = "/desk/yard/"
_FOLDER: Final = Path(__file__).resolve().parents[1] / "static"
_SCRIPTS: Final = (
    "camera", "identify", "lists", "names", "page", "queue", "seat", "sender", "words",
)  # fmt: skip
_ICONS: Final = ("yard/icon-192.png", "yard/icon-512.png", "yard/icon-maskable-512.png")
STATIC: Final = (
    "passport.css", "mark.svg", *(f"yard/{each}.js" for each in _SCRIPTS), *_ICONS,
)  # fmt: skip
# The worker asks this service, and nobody else.
WORKER_POLICY: Final = "default-src 'none'; script-src 'self'; connect-src 'self'"


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the digest of the shell: another shell is another worker."""
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    answer.headers["Content-Security-Policy"] = WORKER_POLICY
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@require_safe
def shell(request: HttpRequest, code: str) -> HttpResponse:
    """The page of the yard without anybody's name in it. Refuses NotFound for other languages."""
    answer = HttpResponse(_shell(_known(code)), content_type="text/html; charset=utf-8")
    answer.headers["Content-Language"] = code
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@require_safe
def manifest(request: HttpRequest, code: str) -> HttpResponse:
    """What a home screen calls and draws it. Refuses NotFound for a language we lack."""
    answer = HttpResponse(_manifest(_known(code)), content_type="application/manifest+json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def others(here: str | None) -> list[tuple[str, str]]:
    """The other languages of the page, by code and own name."""
    return [(code, name) for code, name in settings.LANGUAGES if code != here]


def _codes() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _known(code: str) -> str:
    if code in _codes():
        return code
    raise NotFound(f"no language {code[:20]!a}", remedy=f"known are {', '.join(_codes())}")


@cache
def _shell(code: str) -> str:
    with translation.override(code):
        context = {"LANGUAGE_CODE": code, "others": others(code), "texts": None, "found": None}
        return render_to_string("desk/yard.html", context)


@cache
def _manifest(code: str) -> str:
    with translation.override(code):
        told: dict[str, Any] = {
            "id": HERE,
            "name": _("Battery yard"),
            "short_name": _("Yard"),
            "description": _("Scan batteries, with and without a network."),
            "lang": code,
            "start_url": HERE,
            "scope": HERE,
            "display": "standalone",
            "background_color": "#f6f5f0",
            "theme_color": "#0b5a60",
            "icons": [_icon(each) for each in _ICONS],
        }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _icon(name: str) -> dict[str, str]:
    size = name.removesuffix(".png").rpartition("-")[2]
    return {
        "src": settings.STATIC_URL + name,
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": "maskable" if "maskable" in name else "any",
    }


@cache
def _worker() -> str:
    """The worker's text behind the two names that it reads; the digest is over all of the shell."""
    text = (_FOLDER / "yard" / "worker.js").read_text("utf-8")
    digest = hashlib.sha256(text.encode())
    for name in STATIC:
        found = finders.find(name)
        digest.update(f"\n{name}\n".encode() + Path(str(found)).read_bytes())
    for code in _codes():
        digest.update(_shell(code).encode() + _manifest(code).encode())
    named = json.dumps(digest.hexdigest()[:32])
    return f"const VERSION = {named};\nconst SHELL = {json.dumps(_addresses())};\n{text}"


def _addresses() -> list[str]:
    return [
        *(f"{HERE}shell/{code}" for code in _codes()),
        *(f"{HERE}manifest-{code}.webmanifest" for code in _codes()),
        *(settings.STATIC_URL + name for name in STATIC),
    ]

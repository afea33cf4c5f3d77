"""The page on which a browser checks a bundle by itself, and the program that gives proof."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from api.http.headers import SEALED_POLICY
from passport.queries import verifier
from passport.rules.errors import NotFound

# Built when the service starts: what is given away is what runs here.
PROGRAM: Final = verifier.packed()
SHA256: Final = PROGRAM.sha256.hex()
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page; whatever is chosen on it stays in the browser."""
    logged = verifier.logged(sha256=PROGRAM.sha256)
    told = {
        # The page may send no form, so its frame offers none.
        "sealed": True,
        "sha256": SHA256,
        "size_bytes": len(PROGRAM.body),
        "index": None if logged is None else logged.index,
    }
    page = render(request, "verify.html", told)
    page.headers["Content-Security-Policy"] = SEALED_POLICY
    return page


def _tag(request: HttpRequest) -> str:
    return f'"{SHA256}"'


@require_safe
@condition(etag_func=_tag)
def program(request: HttpRequest) -> HttpResponse:
    """The program as it is today, under a name that stays."""
    return _program("no-cache")


@require_safe
def program_by_digest(request: HttpRequest, sha256: str) -> HttpResponse:
    """The program of this digest, which never changes; another one is not kept here."""
    if sha256 != SHA256:
        raise NotFound(
            f"no program of the digest {sha256[:64]} is given away here",
            remedy="take today's from /verify, or build it from the sources of your version",
        )
    return _program(_FOR_EVER)


def _program(keep: str) -> HttpResponse:
    answer = HttpResponse(PROGRAM.body, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.pyz"'
    answer.headers["Cache-Control"] = keep
    return answer

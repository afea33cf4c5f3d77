"""Hands out an evidence file: the archive as it was sealed, and its paper as PDF."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile

from django.http import FileResponse, HttpResponse

from api.papers.printing import printed
from api.papers.project import paper_of
from passport.proof import archive
from passport.queries.sourcing_file import Archived
from passport.queries.sourcing_report import Report

_IN_MEMORY = 4 << 20


def archive_of(archived: Archived) -> FileResponse:
    """The archive as a download, read whole now: what is seen ends with the request."""
    kept = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the response
    for piece in archived:
        kept.write(piece)
    kept.seek(0)
    name = f"evidence-{archived.file.project_id}-{archived.file.number}.zip"
    response = FileResponse(
        kept, as_attachment=True, filename=name, content_type=archive.MEDIA_TYPE
    )
    response["Content-Length"] = str(archived.file.size_bytes)
    response["Cache-Control"] = "private, no-cache"
    return response


def paper_file(report: Report) -> HttpResponse:
    """The paper of a file as PDF."""
    digest = bytes(report.file.manifest_sha256 or b"").hex()
    data = printed(paper_of(report), digest=digest)
    response = HttpResponse(data, content_type="application/pdf")
    name = f"evidence-{report.file.project_id}-{report.file.number}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-cache"
    return response

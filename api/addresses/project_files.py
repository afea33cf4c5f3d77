"""Every address of the evidence files of projects."""

from django.urls import URLPattern, URLResolver, path

from api.pages import project_files as desk_files
from api.v1 import project_files

FILE, DESK = "api/v1/project-files/<uuid:file_id>", "desk/project-files/<uuid:file_id>"

machines: list[URLPattern | URLResolver] = [
    path("api/v1/projects/<uuid:project_id>/files", project_files.ProjectFiles.as_view()),
    path(FILE, project_files.ProjectFile.as_view()),
    path(f"{FILE}/archive", project_files.ProjectArchive.as_view()),
    path(f"{FILE}/paper", project_files.ProjectPaper.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/projects/<uuid:project_id>/files/", desk_files.listing),
    path(f"{DESK}/", desk_files.record),
    path(f"{DESK}/progress", desk_files.progress),
    path(f"{DESK}/archive", desk_files.archived),
    path(f"{DESK}/paper.pdf", desk_files.paper),
    path(f"{DESK}/trust.policy", desk_files.trust_file),
    path(f"{DESK}/again", desk_files.again),
]

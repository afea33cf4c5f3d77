"""Every address of administrators."""

from django.urls import URLPattern, URLResolver, path

from api.pages import administration, applications, name_claims

office: list[URLPattern | URLResolver] = [
    path("administration/", administration.home),
    path("administration/enter", administration.enter),
    path("administration/applications/", applications.listing),
    path("administration/applications/<uuid:application_id>/", applications.record),
    path("administration/applications/<uuid:application_id>/approve", applications.approve),
    path("administration/applications/<uuid:application_id>/refuse", applications.refuse),
    path(
        "administration/applications/<uuid:application_id>/evidence/<uuid:evidence_id>",
        applications.evidence,
    ),
    path("administration/parties/", administration.parties),
    path("administration/parties/<uuid:party_id>/", administration.party),
    path(
        "administration/parties/<uuid:party_id>/members/<uuid:membership_id>/end",
        administration.end_membership,
    ),
    path("administration/people/", administration.people),
    path("administration/people/<uuid:person_id>/", administration.person),
    path("administration/people/<uuid:person_id>/reset", administration.reset),
    path("administration/people/<uuid:person_id>/close", administration.close),
    path("administration/people/<uuid:person_id>/reopen", administration.reopen),
    path(
        "administration/people/<uuid:person_id>/end-administrator",
        administration.end_administrator,
    ),
    path("administration/invitations/", administration.invitations),
    path("administration/invitations/<uuid:link_id>/revoke", administration.revoke),
    path("administration/names/", name_claims.listing),
    path("administration/names/<uuid:right_id>/document", name_claims.document),
    path("administration/names/<uuid:right_id>/decide", name_claims.decide),
    path("administration/record/", administration.record),
]

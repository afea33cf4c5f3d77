"""Every address of people, of parties, and of their keys and names."""

from django.urls import URLPattern, URLResolver, path

from api.pages import account, apply, first_hour, front, members, names, one_time, sign_in
from api.pages import batteries as desk_batteries
from api.pages import keys as desk_keys
from api.v1 import naming_rights, openapi, whoami

machines: list[URLPattern | URLResolver] = [
    path("api/v1/openapi.json", openapi.openapi),
    path("api/v1/whoami", whoami.WhoAmI.as_view()),
    path("api/v1/naming-rights", naming_rights.NamingRights.as_view()),
    path("api/v1/naming-rights/<uuid:right_id>", naming_rights.NamingRight.as_view()),
    path("api/v1/naming-rights/<uuid:right_id>/prove", naming_rights.Proof.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("", front.front),
    path("sign-in", sign_in.sign_in),
    path("sign-out", sign_in.sign_out),
    path("link", one_time.show),
    path("link/another", one_time.use_another),
    path("forgotten", account.forgotten),
    path("account", account.show),
    path("account/password", account.change_password),
    path("account/sign-out-everywhere", account.sign_out_everywhere),
    path("apply", apply.form),
    path("application", apply.receipt),
    path("desk/", desk_batteries.home),
    path("desk/party", sign_in.choose_party),
    path("desk/first-hour/", first_hour.show),
    path("desk/members/", members.listing),
    path("desk/members/<uuid:membership_id>/let-go", members.let_go),
    path("desk/members/<uuid:link_id>/revoke", members.revoke),
    path("desk/names/", names.listing),
    path("desk/names/<uuid:right_id>/prove", names.prove),
    path("desk/keys/", desk_keys.listing),
    path("desk/keys/<str:key_id>/revoke", desk_keys.revoke),
]

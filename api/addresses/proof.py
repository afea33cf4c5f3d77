"""Every address of keys, attestations and bundles."""

from django.urls import URLPattern, URLResolver, path

from api.pages import bundles as desk_bundles
from api.pages import signing_keys, verify
from api.v1 import attestations, bundles, hosted_keys, keys

machines: list[URLPattern | URLResolver] = [
    path("api/v1/attestations", attestations.Attestations.as_view()),
    path("api/v1/bundles", bundles.Bundles.as_view()),
    path("api/v1/bundles/<uuid:bundle_id>", bundles.OrderedBundle.as_view()),
    path("api/v1/bundles/<uuid:bundle_id>/file", bundles.BundleFile.as_view()),
    path("api/v1/keys", keys.Keys.as_view()),
    path("api/v1/keys/challenges", keys.Challenges.as_view()),
    path("api/v1/keys/hosted", hosted_keys.HostedKeys.as_view()),
    path("api/v1/keys/hosted/revocations", hosted_keys.HostedRevocations.as_view()),
    path("api/v1/attestations/hosted", hosted_keys.HostedAttestations.as_view()),
    path("api/v1/attestations/withdrawals", attestations.Withdrawals.as_view()),
    path("api/v1/attestations/<uuid:attestation_id>", attestations.Attestation.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("verify", verify.show),
    path("verify/audit.pyz", verify.program),
    path("verify/<str:sha256>/audit.pyz", verify.program_by_digest),
    path("desk/bundles/", desk_bundles.listing),
    path("desk/bundles/check", desk_bundles.check),
    path("desk/bundles/<uuid:bundle_id>/", desk_bundles.record),
    path("desk/bundles/<uuid:bundle_id>/progress", desk_bundles.progress),
    path("desk/bundles/<uuid:bundle_id>/file", desk_bundles.file),
    path("desk/bundles/<uuid:bundle_id>/trust.policy", desk_bundles.trust),
    path("desk/bundles/<uuid:bundle_id>/again", desk_bundles.again),
    path("desk/signing-keys/", signing_keys.listing),
    path("desk/signing-keys/challenge", signing_keys.challenge),
    path("desk/signing-keys/send", signing_keys.send),
    path("desk/signing-keys/domain", signing_keys.ask_domain),
    path("desk/signing-keys/hosted", signing_keys.host),
    path("desk/signing-keys/hosted/end", signing_keys.end_hosted),
]

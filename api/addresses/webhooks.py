"""Every address of webhooks."""

from django.urls import URLPattern, URLResolver, path

from api.pages import webhooks as desk_webhooks
from api.v1 import webhooks

machines: list[URLPattern | URLResolver] = [
    path("api/v1/webhooks", webhooks.Webhooks.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>", webhooks.Webhook.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/rotate", webhooks.Rotation.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/end", webhooks.Ending.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/test", webhooks.Test.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/replay", webhooks.Replay.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/deliveries", webhooks.Deliveries.as_view()),
    path("api/v1/deliveries/<uuid:delivery_id>", webhooks.Delivery.as_view()),
    path("api/v1/deliveries/<uuid:delivery_id>/resend", webhooks.Resending.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/webhooks/", desk_webhooks.listing),
    path("desk/webhooks/<uuid:endpoint_id>/", desk_webhooks.record),
    *(
        path(f"desk/webhooks/<uuid:endpoint_id>/{said}", desk_webhooks.act, {"said": said})
        for said in desk_webhooks.ACTS
    ),
    path("desk/webhooks/<uuid:endpoint_id>/replay", desk_webhooks.replay),
    path("desk/webhooks/<uuid:endpoint_id>/rotate", desk_webhooks.rotate),
    path("desk/webhooks/deliveries/<uuid:delivery_id>/resend", desk_webhooks.resend),
]

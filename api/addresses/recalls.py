"""Every address of recalls and alarms."""

from django.urls import URLPattern, URLResolver, path

from api.pages import alarms as desk_alarms
from api.pages import recalls as desk_recalls
from api.v1 import alarms, recalls

machines: list[URLPattern | URLResolver] = [
    path("api/v1/alarms", alarms.Alarms.as_view()),
    path("api/v1/alarms/<uuid:alarm_id>", alarms.Alarm.as_view()),
    path("api/v1/alarms/<uuid:alarm_id>/dismiss", alarms.Dismissal.as_view()),
    path("api/v1/recalls", recalls.Recalls.as_view()),
    path("api/v1/recalls/<uuid:recall_id>", recalls.Recall.as_view()),
    path("api/v1/recalls/<uuid:recall_id>/close", recalls.Closing.as_view()),
    path("api/v1/recalls/<uuid:recall_id>/batteries", recalls.RecalledBatteries.as_view()),
    path("api/v1/whereabouts", recalls.Whereabouts.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/alarms/", desk_alarms.listing),
    path("desk/alarms/<uuid:alarm_id>/dismiss", desk_alarms.dismiss),
    path("desk/recalls/", desk_recalls.listing),
    path("desk/recalls/lot", desk_recalls.lot),
    path("desk/recalls/<uuid:recall_id>/", desk_recalls.record),
    path("desk/recalls/<uuid:recall_id>/table.csv", desk_recalls.table),
    path("desk/recalls/<uuid:recall_id>/close", desk_recalls.close),
]

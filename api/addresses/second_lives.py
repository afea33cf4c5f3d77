"""Every address of gates, tests, quarantine, waste and second lives, and of what takes them."""

from django.urls import URLPattern, URLResolver, path

from api.pages import end as desk_end
from api.pages import prices as desk_prices
from api.pages import programmes as desk_programmes
from api.pages import rework as desk_rework
from api.v1 import gate_checks, price_sets, programme_tables, second_lives, test_orders

BATTERY, END = "api/v1/batteries/<uuid:battery_id>", "desk/batteries/<uuid:battery_id>/end"
TEST, TESTS = "api/v1/test-orders/<uuid:order_id>", "desk/tests/<uuid:order_id>"

machines: list[URLPattern | URLResolver] = [
    path("api/v1/programme-tables", programme_tables.ProgrammeTables.as_view()),
    path("api/v1/price-sets", price_sets.PriceSets.as_view()),
    path(f"{BATTERY}/gates", gate_checks.GateChecks.as_view()),
    path(f"{BATTERY}/quarantines", second_lives.Quarantines.as_view()),
    path(f"{BATTERY}/waste", second_lives.WasteDeclarations.as_view()),
    path(f"{BATTERY}/evidence-files", second_lives.EvidenceFiles.as_view()),
    path("api/v1/test-orders", test_orders.TestOrders.as_view()),
    path(TEST, test_orders.TestOrder.as_view()),
    path(f"{TEST}/booking", test_orders.Booking.as_view()),
    path(f"{TEST}/result", test_orders.Result.as_view()),
    path(f"{TEST}/cancellation", test_orders.Cancellation.as_view()),
    path("api/v1/second-lives", second_lives.SecondLives.as_view()),
    path("api/v1/second-lives/<uuid:second_life_id>", second_lives.SecondLife.as_view()),
]

pages: list[URLPattern | URLResolver] = [
    path("desk/programmes/", desk_programmes.listing),
    path("desk/programmes/new", desk_programmes.new),
    path("desk/programmes/<uuid:programme_id>/", desk_programmes.record),
    path("desk/prices/", desk_prices.listing),
    path(f"{END}/", desk_end.show),
    path(f"{END}/gates", desk_end.check),
    path(f"{END}/test", desk_end.order),
    path(f"{END}/quarantine", desk_end.judge),
    path(f"{END}/quarantine/papers", desk_end.papers),
    path(f"{END}/waste", desk_rework.declare),
    path(f"{END}/evidence", desk_rework.assemble),
    path(f"{END}/second-life", desk_rework.begin),
    path("desk/evidence/<uuid:file_id>/", desk_rework.file),
    path("desk/second-lives/<uuid:second_life_id>/", desk_rework.record),
    path(f"{TESTS}/", desk_end.test),
    path(f"{TESTS}/booking", desk_end.book),
    path(f"{TESTS}/result", desk_end.result),
    path(f"{TESTS}/cancellation", desk_end.cancel),
]

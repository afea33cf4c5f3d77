"""Every address on one page; those of administrators stand beside their pages."""

from django.urls import URLPattern, URLResolver, path, re_path

from api.http import catalogue, health
from api.labels import forms
from api.pages import (
    account,
    apply,
    battery_model,
    first_hour,
    front,
    members,
    names,
    one_time,
    sign_in,
    signing_keys,
    verify,
    yard,
    yard_decode,
    yard_label,
    yard_shell,
)
from api.pages import alarms as desk_alarms
from api.pages import arrivals as desk_arrivals
from api.pages import assemblies as desk_assemblies
from api.pages import batteries as desk_batteries
from api.pages import bundles as desk_bundles
from api.pages import epcis as desk_epcis
from api.pages import fleet as desk_fleet
from api.pages import hand_overs as desk_hand_overs
from api.pages import intakes as desk_intakes
from api.pages import keys as desk_keys
from api.pages import labels as desk_labels
from api.pages import legacy as desk_legacy
from api.pages import models as desk_models
from api.pages import offers as desk_offers
from api.pages import origins as desk_origins
from api.pages import passport as passport_page
from api.pages import plans as desk_plans
from api.pages import readings as desk_readings
from api.pages import recalls as desk_recalls
from api.pages import retire as desk_retire
from api.pages import shipments as desk_shipments
from api.pages import treatments as desk_treatments
from api.pages import webhooks as desk_webhooks
from api.pages.office import office
from api.standards import did, links, resolver, status
from api.standards.epcis_addresses import addresses
from api.tlog import files, proofs, verifier
from api.v1 import (
    alarms,
    aliases,
    assemblies,
    attestations,
    batteries,
    bundles,
    corrections,
    documents,
    energy,
    epcis,
    events,
    facilities,
    hand_overs,
    hosted_keys,
    intake_errors,
    intakes,
    jobs,
    keys,
    labels,
    legacy_batteries,
    many_readings,
    models,
    naming_rights,
    offers,
    openapi,
    plans,
    programmes,
    readings,
    recalls,
    retirements,
    serials,
    shipments,
    treatments,
    webhooks,
    whoami,
)
from api.v1 import yard as yard_machines
from passport.rules.gs1_table import KEYS

handler400 = "api.http.errors.bad_request"
handler403 = "api.http.errors.not_allowed"
handler404 = "api.http.errors.not_found"
handler500 = "api.pages.refused.broke"

BATTERY, RECORD = "api/v1/batteries/<uuid:battery_id>", "desk/batteries/<uuid:battery_id>"

machines: list[URLPattern | URLResolver] = [
    # Asked most often, and addresses are tried in this order.
    path("api/v1/attestations", attestations.Attestations.as_view()),
    path("api/v1/openapi.json", openapi.openapi),
    path("api/v1/whoami", whoami.WhoAmI.as_view()),
    path("api/v1/models", models.Models.as_view()),
    path("api/v1/models/<uuid:model_id>", models.Model.as_view()),
    path("api/v1/facilities", facilities.Facilities.as_view()),
    path("api/v1/documents", documents.Documents.as_view()),
    path("api/v1/documents/<str:sha256>", documents.Document.as_view()),
    path("api/v1/naming-rights", naming_rights.NamingRights.as_view()),
    path("api/v1/naming-rights/<uuid:right_id>", naming_rights.NamingRight.as_view()),
    path("api/v1/naming-rights/<uuid:right_id>/prove", naming_rights.Proof.as_view()),
    path("api/v1/legacy-batteries", legacy_batteries.LegacyBatteries.as_view()),
    path("api/v1/legacy-batteries/<uuid:legacy_id>", legacy_batteries.LegacyBattery.as_view()),
    path("api/v1/legacy-batteries/<uuid:legacy_id>/merge", legacy_batteries.Merger.as_view()),
    path("api/v1/alarms", alarms.Alarms.as_view()),
    path("api/v1/alarms/<uuid:alarm_id>", alarms.Alarm.as_view()),
    path("api/v1/alarms/<uuid:alarm_id>/dismiss", alarms.Dismissal.as_view()),
    path("api/v1/webhooks", webhooks.Webhooks.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>", webhooks.Webhook.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/rotate", webhooks.Rotation.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/end", webhooks.Ending.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/test", webhooks.Test.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/replay", webhooks.Replay.as_view()),
    path("api/v1/webhooks/<uuid:endpoint_id>/deliveries", webhooks.Deliveries.as_view()),
    path("api/v1/deliveries/<uuid:delivery_id>", webhooks.Delivery.as_view()),
    path("api/v1/deliveries/<uuid:delivery_id>/resend", webhooks.Resending.as_view()),
    path("api/v1/intakes", intakes.Intakes.as_view()),
    path("api/v1/intakes/<uuid:intake_id>", intakes.Intake.as_view()),
    path("api/v1/intakes/<uuid:intake_id>/errors", intake_errors.IntakeErrors.as_view()),
    path("api/v1/intakes/<uuid:intake_id>/cancel", intakes.Cancellation.as_view()),
    path("api/v1/intakes/<uuid:intake_id>/label-prints", labels.LabelPrints.as_view()),
    *(
        path(
            f"api/v1/intakes/<uuid:intake_id>/labels.{form.name}",
            labels.IntakeLabels.as_view(form=form),
        )
        for form in (forms.PDF, forms.ZPL, forms.CSV, forms.TXT)
    ),
    path("api/v1/readings", many_readings.ManyReadings.as_view()),
    path("api/v1/jobs/<uuid:job_id>", jobs.Job.as_view()),
    path("api/v1/batteries", batteries.Batteries.as_view()),
    path("api/v1/batteries/<uuid:battery_id>", batteries.Battery.as_view()),
    *(
        path(
            f"{BATTERY}/label.{form.name}",
            labels.BatteryLabel.as_view(form=form),
        )
        for form in (forms.SVG, forms.PNG, forms.PDF, forms.ZPL)
    ),
    path(f"{BATTERY}/aliases", aliases.Aliases.as_view()),
    path(f"{BATTERY}/components", batteries.Components.as_view()),
    path(f"{BATTERY}/assembly", assemblies.Assemblies.as_view()),
    path(f"{BATTERY}/places", assemblies.Places.as_view()),
    path(f"{BATTERY}/recalls", recalls.RecallsOfBattery.as_view()),
    path(f"{BATTERY}/energy", energy.Energy.as_view()),
    path(f"{BATTERY}/events", events.Events.as_view()),
    path(f"{BATTERY}/events/<uuid:event_id>/correction", corrections.Corrections.as_view()),
    path(f"{BATTERY}/readings", readings.Readings.as_view()),
    path(f"{BATTERY}/hand-overs", hand_overs.OfferedHandOvers.as_view()),
    path(f"{BATTERY}/grants", hand_overs.Grants.as_view()),
    path(f"{BATTERY}/attestations", attestations.AttestationsOfBattery.as_view()),
    path(f"{BATTERY}/bundle", bundles.Bundle.as_view()),
    path(f"{BATTERY}/epcis", epcis.Epcis.as_view()),
    path("api/v1/bundles", bundles.Bundles.as_view()),
    path("api/v1/bundles/<uuid:bundle_id>", bundles.OrderedBundle.as_view()),
    path("api/v1/bundles/<uuid:bundle_id>/file", bundles.BundleFile.as_view()),
    path("api/v1/hand-overs", hand_overs.HandOvers.as_view()),
    path("api/v1/hand-overs/answers", hand_overs.Answers.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>", hand_overs.HandOver.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>/accept", hand_overs.Acceptance.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>/refuse", hand_overs.RefusalOfIt.as_view()),
    path("api/v1/hand-overs/<uuid:hand_over_id>/withdraw", hand_overs.Withdrawal.as_view()),
    path("api/v1/shipments", shipments.Shipments.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>", shipments.Shipment.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>/batteries", shipments.Pieces.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>/accept", shipments.Acceptance.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>/refuse", shipments.RefusalOfIt.as_view()),
    path("api/v1/shipments/<uuid:shipment_id>/withdraw", shipments.Withdrawal.as_view()),
    path("api/v1/keys", keys.Keys.as_view()),
    path("api/v1/keys/challenges", keys.Challenges.as_view()),
    path("api/v1/keys/hosted", hosted_keys.HostedKeys.as_view()),
    path("api/v1/keys/hosted/revocations", hosted_keys.HostedRevocations.as_view()),
    path("api/v1/attestations/hosted", hosted_keys.HostedAttestations.as_view()),
    path("api/v1/attestations/withdrawals", attestations.Withdrawals.as_view()),
    path("api/v1/attestations/<uuid:attestation_id>", attestations.Attestation.as_view()),
    path("api/v1/recalls", recalls.Recalls.as_view()),
    path("api/v1/recalls/<uuid:recall_id>", recalls.Recall.as_view()),
    path("api/v1/recalls/<uuid:recall_id>/close", recalls.Closing.as_view()),
    path("api/v1/recalls/<uuid:recall_id>/batteries", recalls.RecalledBatteries.as_view()),
    path("api/v1/whereabouts", recalls.Whereabouts.as_view()),
    path("api/v1/programmes", programmes.Programmes.as_view()),
    path("api/v1/programmes/<uuid:programme_id>", programmes.Programme.as_view()),
    path("api/v1/retirements", retirements.Retirements.as_view()),
    path("api/v1/retirements/<uuid:retirement_id>", retirements.Retirement.as_view()),
    path("api/v1/plans", plans.Plans.as_view()),
    path("api/v1/plans/<uuid:plan_id>", plans.Plan.as_view()),
    path("api/v1/plans/<uuid:plan_id>/lines", plans.Lines.as_view()),
    path("api/v1/offers", offers.Offers.as_view()),
    path("api/v1/offers/<uuid:offer_id>", offers.Offer.as_view()),
    path("api/v1/offers/<uuid:offer_id>/accept", offers.Acceptance.as_view()),
    path("api/v1/offers/<uuid:offer_id>/decline", offers.Decline.as_view()),
    path("api/v1/serials", serials.Serials.as_view()),
    path("api/v1/serials/<uuid:issue_id>", serials.Issue.as_view()),
    path("api/v1/treatments", treatments.Treatments.as_view()),
    path("api/v1/treatments/<uuid:treatment_id>", treatments.Treatment.as_view()),
    path("api/v1/yard/records", yard_machines.YardRecords.as_view()),
    path("api/v1/yard/batteries", yard_machines.YardBatteries.as_view()),
    *addresses,
]

# --- for people ---
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
    path("verify", verify.show),
    path("verify/audit.pyz", verify.program),
    path("verify/<str:sha256>/audit.pyz", verify.program_by_digest),
    path("01/<str:gtin>/21/<path:serial>/label.svg", passport_page.label_svg),
    path("01/<str:gtin>/21/<path:serial>/label.png", passport_page.label_png),
    path("desk/", desk_batteries.home),
    path("desk/party", sign_in.choose_party),
    path("desk/first-hour/", first_hour.show),
    path("desk/models/", desk_models.listing),
    path("desk/models/<uuid:model_id>/", desk_models.record),
    path("desk/lots/", desk_models.lots),
    path("desk/readings/", desk_readings.listing),
    path("desk/fleet/", desk_fleet.listing),
    path("desk/fleet/table.csv", desk_fleet.table),
    path("desk/fleet/site", desk_fleet.place),
    path("desk/fleet/sites", desk_fleet.add_site),
    path("desk/batteries/", desk_batteries.listing),
    path(f"{RECORD}/", desk_batteries.record),
    path(f"{RECORD}/hand-over", desk_batteries.hand_over),
    path(f"{RECORD}/put-in", desk_assemblies.put_in),
    path(f"{RECORD}/take-out", desk_assemblies.take_out),
    path(f"{RECORD}/let-in", desk_batteries.let_in),
    path(f"{RECORD}/events/<uuid:event_id>/wrong", desk_batteries.declare_wrong),
    path(f"{RECORD}/bundle", desk_batteries.provenance),
    path(f"{RECORD}/epcis", desk_epcis.file),
    path(f"{RECORD}/trust.policy", desk_bundles.trust_of_battery),
    path("desk/bundles/", desk_bundles.listing),
    path("desk/bundles/check", desk_bundles.check),
    path("desk/bundles/<uuid:bundle_id>/", desk_bundles.record),
    path("desk/bundles/<uuid:bundle_id>/progress", desk_bundles.progress),
    path("desk/bundles/<uuid:bundle_id>/file", desk_bundles.file),
    path("desk/bundles/<uuid:bundle_id>/trust.policy", desk_bundles.trust),
    path("desk/bundles/<uuid:bundle_id>/again", desk_bundles.again),
    path("desk/intakes/", desk_intakes.listing),
    path("desk/intakes/<uuid:intake_id>/", desk_intakes.record),
    path("desk/intakes/example.ndjson", desk_intakes.example, {"form": "ndjson"}),
    path("desk/intakes/example.csv", desk_intakes.example, {"form": "csv"}),
    path("desk/intakes/<uuid:intake_id>/progress", desk_intakes.progress),
    path("desk/intakes/<uuid:intake_id>/cancel", desk_intakes.cancel),
    path("desk/intakes/<uuid:intake_id>/again", desk_intakes.again),
    path("desk/intakes/<uuid:intake_id>/errors.ndjson", desk_intakes.errors),
    path("desk/intakes/<uuid:intake_id>/lines/<int:number>", desk_intakes.line),
    path("desk/found/", desk_legacy.found),
    path("desk/alarms/", desk_alarms.listing),
    path("desk/alarms/<uuid:alarm_id>/dismiss", desk_alarms.dismiss),
    path("desk/intakes/<uuid:intake_id>/origin", desk_origins.sign),
    *(
        path(
            f"desk/intakes/<uuid:intake_id>/origin/{level.lower()}s.ndjson",
            desk_origins.items,
            {"level": level},
        )
        for level in desk_origins.LEVELS
    ),
    path("desk/intakes/<uuid:intake_id>/labels", desk_labels.choose),
    path("desk/intakes/<uuid:intake_id>/labels/first.svg", desk_labels.first_sheet),
    path("desk/intakes/<uuid:intake_id>/labels/printed", desk_labels.printed),
    *(
        path(
            f"desk/intakes/<uuid:intake_id>/labels/file.{form.name}",
            desk_labels.file,
            {"form": form},
        )
        for form in (forms.PDF, forms.ZPL, forms.CSV, forms.TXT)
    ),
    path("desk/hand-overs/", desk_hand_overs.listing),
    *(
        path(
            f"desk/hand-overs/<uuid:hand_over_id>/{said}",
            desk_hand_overs.answer,
            {"said": said},
        )
        for said in ("accept", "refuse", "withdraw")
    ),
    path("desk/shipments/", desk_shipments.listing),
    path("desk/shipments/new", desk_shipments.new),
    path("desk/shipments/check", desk_shipments.check),
    path("desk/shipments/<uuid:shipment_id>/", desk_arrivals.record),
    path("desk/shipments/<uuid:shipment_id>/arrival", desk_arrivals.arrival),
    path("desk/shipments/<uuid:shipment_id>/accept", desk_arrivals.accept),
    path("desk/shipments/<uuid:shipment_id>/refuse", desk_arrivals.refuse),
    path("desk/shipments/<uuid:shipment_id>/withdraw", desk_arrivals.withdraw),
    path("desk/shipments/<uuid:shipment_id>/label.svg", desk_arrivals.label_svg),
    path("desk/recalls/", desk_recalls.listing),
    path("desk/recalls/lot", desk_recalls.lot),
    path("desk/recalls/<uuid:recall_id>/", desk_recalls.record),
    path("desk/recalls/<uuid:recall_id>/table.csv", desk_recalls.table),
    path("desk/recalls/<uuid:recall_id>/close", desk_recalls.close),
    path("desk/retire/", desk_retire.choose),
    path("desk/retire/condition", desk_retire.condition),
    path("desk/retire/check", desk_retire.check),
    path("desk/plans/", desk_plans.listing),
    path("desk/plans/under-way/<uuid:job_id>/", desk_plans.under_way),
    path("desk/plans/under-way/<uuid:job_id>/progress", desk_plans.progress),
    path("desk/plans/<uuid:plan_id>/", desk_plans.board),
    path("desk/offers/", desk_offers.listing),
    path("desk/offers/<uuid:offer_id>/accept", desk_offers.answer, {"said": "accept"}),
    path("desk/offers/<uuid:offer_id>/decline", desk_offers.answer, {"said": "decline"}),
    path("desk/treatments/", desk_treatments.listing),
    path("desk/treatments/<uuid:treatment_id>/", desk_treatments.record),
    path("desk/treatments/book/<uuid:battery_id>/", desk_treatments.book),
    path("desk/yard/", yard.show),
    path("desk/yard/state", yard.state),
    path("desk/yard/records", yard.records),
    path("desk/yard/records/<uuid:record_id>/settle", yard.settle),
    path("desk/yard/decode", yard_decode.decode),
    path("desk/yard/labels/<uuid:battery_id>", yard_label.show),
    path("desk/yard/labels/<uuid:battery_id>/label.svg", yard_label.drawn, {"form": forms.SVG}),
    path("desk/yard/labels/<uuid:battery_id>/label.pdf", yard_label.drawn, {"form": forms.PDF}),
    path("desk/signing-keys/", signing_keys.listing),
    path("desk/signing-keys/challenge", signing_keys.challenge),
    path("desk/signing-keys/send", signing_keys.send),
    path("desk/signing-keys/domain", signing_keys.ask_domain),
    path("desk/signing-keys/hosted", signing_keys.host),
    path("desk/signing-keys/hosted/end", signing_keys.end_hosted),
    path("desk/members/", members.listing),
    path("desk/members/<uuid:membership_id>/let-go", members.let_go),
    path("desk/members/<uuid:link_id>/revoke", members.revoke),
    path("desk/names/", names.listing),
    path("desk/names/<uuid:right_id>/prove", names.prove),
    path("desk/webhooks/", desk_webhooks.listing),
    path("desk/webhooks/<uuid:endpoint_id>/", desk_webhooks.record),
    *(
        path(f"desk/webhooks/<uuid:endpoint_id>/{said}", desk_webhooks.act, {"said": said})
        for said in desk_webhooks.ACTS
    ),
    path("desk/webhooks/<uuid:endpoint_id>/replay", desk_webhooks.replay),
    path("desk/webhooks/<uuid:endpoint_id>/rotate", desk_webhooks.rotate),
    path("desk/webhooks/deliveries/<uuid:delivery_id>/resend", desk_webhooks.resend),
    path("desk/keys/", desk_keys.listing),
    path("desk/keys/<str:key_id>/revoke", desk_keys.revoke),
]
# --- for whoever asks, without a name ---
READ = links.Pages(battery=passport_page.show, model=battery_model.show)

anybody: list[URLPattern | URLResolver] = [
    path(
        "01/<str:gtin>/21/<path:serial>",
        links.by_serial(pages=READ),
        name="passport",
    ),
    path("00/<str:sscc>", desk_arrivals.scanned(otherwise=links.by_link(pages=READ))),
    path("id/<path:path>", links.by_own_link),
    path(".well-known/did.json", did.document),
    path(".well-known/gs1resolver", resolver.description),
    path("log/checkpoint", files.checkpoint),
    path("log/tile/<path:place>", files.tile),
    path("log/previous/<int:size>", files.previous),
    path("log/index/list", files.index_list),
    path("log/index/<int:size>/document", files.index_document),
    path("log/index/<int:size>/rows", files.index_rows),
    path("log/proof", proofs.proof),
    path("log/verifier", verifier.announced),
    path("status/<int:number>", status.show),
    # The yard's shell has nobody's name in it: a browser keeps it for whoever comes.
    path("desk/yard/worker.js", yard_shell.worker),
    path("desk/yard/shell/<str:code>", yard_shell.shell),
    path("desk/yard/manifest-<str:code>.webmanifest", yard_shell.manifest),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("problems/<slug:code>", catalogue.problem_type),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *machines,
    # Before the passport: a label's address ends where a serial would go on.
    *pages,
    *office,
    *anybody,
    # Last: any other Digital Link, a model's among them; what is longer leads to the shortest form.
    re_path(rf"^(?P<path>(?:{'|'.join(KEYS)})/(?s:.+))\Z", links.by_link(pages=READ)),
    re_path(r"^(?P<packed>[A-Za-z0-9_-]{10,})/?\Z", links.by_compressed_link(pages=READ)),
]

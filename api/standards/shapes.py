"""What anybody may read of a battery, as JSON."""

from api.http.fields import Count, Day, Flag, Moment, Quantity, Several, Text, Word
from api.http.shapes import StrictShape
from passport.rules.naming_right import Standing


class PointShape(StrictShape):
    catalogue = "public.point"

    number = Count()
    group = Text()
    label = Text()  # type: ignore[assignment]
    value = Text(allow_null=True)
    unit = Text(empty=True)
    standing = Word()
    due_on = Day(allow_null=True)
    source = Text(empty=True)  # type: ignore[assignment]


class SealShape(StrictShape):
    catalogue = "public.seal"

    proven = Flag()
    missing = Several(of=Text)
    signed_by = Text()
    method = Text()
    vouched_by = Text()
    suspect = Flag()
    digest = Text()
    index = Count(allow_null=True)
    log_size = Count(allow_null=True)
    witnesses = Count()
    witnesses_known = Count()
    recorded_at = Moment(allow_null=True)
    erased_at = Moment(allow_null=True)
    erased_because = Text(allow_null=True)
    withdrawn_at = Moment(allow_null=True)
    withdrawn_because = Text(allow_null=True)


class PublicRecallShape(StrictShape):
    catalogue = "public.recall"

    maker = Text(source="recall.maker.slug")
    reason = Text(source="recall.reason")
    advice = Text(source="recall.advice", empty=True)
    notice_url = Text(source="recall.notice_url", empty=True)
    opened_at = Moment(source="recall.opened_at")
    itself = Flag()
    inside = Count()


class LegacyNoteShape(StrictShape):
    catalogue = "public.legacy"

    maker_name = Text(empty=True)
    origin = Word(among=["not attested"])
    since = Moment()
    assumed = Several(of=Text)
    claimed_at = Moment(source="merged_at", allow_null=True)


class PublicShape(StrictShape):
    catalogue = "public.battery"

    identity = Text()
    gtin = Text()
    serial = Text()
    level = Word()
    category = Word()
    model_name = Text()
    model_code = Text()
    maker_name = Text()
    maker_country = Text(empty=True)
    maker_did = Text(allow_null=True)
    chemistry = Text()
    rated_capacity_ah = Quantity()
    rated_energy_kwh = Quantity()
    nominal_voltage_v = Quantity()
    minimum_voltage_v = Quantity()
    maximum_voltage_v = Quantity()
    mass_kg = Quantity()
    manufactured_on = Day()
    facility_name = Text(allow_null=True)
    facility_country = Text(allow_null=True)
    extinguishing_agent = Text(allow_null=True)
    components = Count()
    naming = Word(among=[str(each) for each in Standing])
    naming_advice = Text(empty=True)
    legacy = LegacyNoteShape(allow_null=True)
    follows_on = Several(of=Text)
    goes_on_as = Several(of=Text)
    points = PointShape(many=True)
    seal = SealShape()
    recalls = PublicRecallShape(many=True)


class PublicModelShape(StrictShape):
    catalogue = "public.model"

    name = Text()
    code = Text()
    level = Word()
    category = Word()
    chemistry = Text()
    rated_capacity_ah = Quantity()
    rated_energy_kwh = Quantity()
    nominal_voltage_v = Quantity()
    minimum_voltage_v = Quantity()
    maximum_voltage_v = Quantity()
    mass_kg = Quantity()
    maker_name = Text()
    maker_country = Text(empty=True)
    maker_did = Text(empty=True)
    extinguishing_agent = Text(allow_null=True)
    naming = Word(among=[str(each) for each in Standing])
    naming_advice = Text(empty=True)
    points = PointShape(many=True)


class PublicModelsShape(StrictShape):
    catalogue = "public.models"

    identity = Text()
    gtin = Text()
    models = PublicModelShape(many=True)

"""The words of the Core Business Vocabulary 2.0: what a bare word in an event may be. [CBV 7]

In JSON an event says the bare word; the web word that it stands for is a stem with the word behind.
"""

from dataclasses import dataclass

_CBV = "https://ref.gs1.org/cbv/"
_WEB = "https://gs1.org/voc/"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that a field may hold, and the stem that makes a web word of each."""

    name: str
    stem: str
    words: frozenset[str]
    # Where the stem of the urn:epcglobal:cbv form of earlier versions differs.
    former: str = ""

    def web(self, word: str) -> str:
        """The web word of a bare word; what is no word of this vocabulary stays."""
        return self.stem + word if word in self.words else word


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS = Vocabulary(
    "business step",
    f"{_CBV}BizStep-",
    _words(
        """
        accepting arriving assembling collecting commissioning consigning creating_class_instance
        cycle_counting decommissioning departing destroying disassembling dispensing encoding
        entering_exiting holding inspecting installing killing loading other packing picking
        receiving removing repackaging repairing replacing reserving retail_selling sampling
        sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
        unloading unpacking void_shipping
        """
    ),
    "urn:epcglobal:cbv:bizstep:",
)
DISPOSITIONS = Vocabulary(
    "disposition",
    f"{_CBV}Disp-",
    _words(
        """
        active available completeness_inferred completeness_verified conformant container_closed
        container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit
        inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement
        no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved
        retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown
        """
    ),
    "urn:epcglobal:cbv:disp:",
)
TRANSACTIONS = Vocabulary(
    "type of a business transaction",
    f"{_CBV}BTT-",
    _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
    "urn:epcglobal:cbv:btt:",
)
PARTIES = Vocabulary(
    "type of a source or destination",
    f"{_CBV}SDT-",
    frozenset({"owning_party", "possessing_party", "location"}),
    "urn:epcglobal:cbv:sdt:",
)
ERROR_REASONS = Vocabulary(
    "reason of an error declaration",
    f"{_CBV}ER-",
    frozenset({"did_not_occur", "incorrect_data"}),
    "urn:epcglobal:cbv:er:",
)
COMPONENTS = Vocabulary(
    "component of a measurement",
    f"{_CBV}Comp-",
    _words(
        """
        x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting
        northing latitude longitude altitude
        """
    ),
)
MEASUREMENTS = Vocabulary(
    "kind of measurement",
    _WEB,
    _words(
        """
        AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
        AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity
        Area Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent
        DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity
        ElectricFieldStrength Energy Exposure Force Frequency Illuminance Inductance Irradiance
        KinematicViscosity Length LinearMomentum Luminance LuminousFlux LuminousIntensity
        MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration
        MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass
        MolarVolume Power Pressure Radioactivity RadiantFlux RadiantIntensity RelativeHumidity
        Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension
        Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux
        Wavenumber
        """
    ),
)
ALERTS = Vocabulary(
    "exception of a sensor",
    _WEB,
    frozenset({"ALARM_CONDITION", "ERROR_CONDITION"}),
)
ACTIONS = frozenset({"ADD", "OBSERVE", "DELETE"})

# The prefixes that the context of the standard declares for every event.
PREFIXES = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": _CBV,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": _WEB,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}

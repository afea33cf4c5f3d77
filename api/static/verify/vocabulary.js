// The terms that each kind of claim may use, and the shape of each.

import {
  MAX_ID, anObject, coded, country, day, decimal, either, listOf, moment, number, objectOf, oneOf,
  quantity, share, text,
} from "./shapes.js";

const ACCESS_SETS = ["public", "legitimateInterest", "authority", "parties"];
const LEVELS = ["CELL", "MODULE", "PACK", "SYSTEM"];
export const SALT_BYTES = 16;
const MAX_UPSTREAM = 4096;

const ID = text(MAX_ID);
const DIGEST = coded(32);
const SALT = coded(
  SALT_BYTES, "Draw 16 random bytes; otherwise the claim can be guessed from the log.",
);
const MASS = quantity("KGM");
const CAPACITY = quantity("AHR");
const ENERGY = quantity("KWH");
const PARTY = objectOf({ name: text() }, { id: ID, country, address: text() });
const COMPONENTS = objectOf({ count: number, root: text(64) });
const MATERIAL_PART = objectOf({ material: text() }, {
  massFraction: share,
  recycledShare: share,
  origin: listOf(country, { most: 64 }),
  attestation: DIGEST,
  country,
  kgPerKwh: decimal,
});
export const OWN = { id: ID, salt: SALT, accessSet: oneOf(...ACCESS_SETS) };
const PLACE = {
  type: text(),
  facility: text(),
  country,
  upstream: listOf(DIGEST, { most: MAX_UPSTREAM }),
  note: text(),
};
const RATED = {
  mass: MASS,
  ratedCapacity: CAPACITY,
  ratedEnergy: ENERGY,
  nominalVoltage: quantity("VLT"),
  chemistry: text(),
  components: COMPONENTS,
};
export const ORIGIN = {
  ...PLACE,
  ...RATED,
  level: oneOf(...LEVELS),
  serial: text(),
  model: text(),
  manufacturedAt: moment,
  manufacturedOn: day,
  facilityCountry: country,
  producer: PARTY,
  cathode: text(),
  anode: text(),
  materials: listOf(MATERIAL_PART, { most: 256 }),
  lots: listOf(text(), { most: 256 }),
  lot: either(text(), number),
  madeOn: day,
  ocv: decimal,
  logSalt: SALT,
};
export const MATERIAL = {
  ...PLACE,
  material: text(),
  mass: MASS,
  origin: listOf(country, { most: 64 }),
  recycledShare: share,
  producer: PARTY,
  producedAt: moment,
  producedOn: day,
  lots: listOf(text(), { most: 256 }),
  materials: listOf(MATERIAL_PART, { most: 256 }),
  logSalt: SALT,
};
export const TEST = {
  ...PLACE,
  testedAt: moment,
  testedOn: day,
  performer: PARTY,
  method: text(),
  soh: decimal,
  sohLow: decimal,
  sohHigh: decimal,
  capacity: CAPACITY,
  energy: ENERGY,
  internalResistance: quantity("OHM"),
  temperature: quantity("CEL"),
  ocv: decimal,
  cycles: number,
  document: DIGEST,
};
const AMOUNTS = objectOf(
  { currency: text(3), total: decimal }, { notProhibited: decimal, prohibited: decimal },
);
export const FEOC = {
  ...PLACE,
  supplier: objectOf(
    { name: text(), taxId: text() }, { taxIdCountry: country, id: ID, address: text() },
  ),
  taxpayer: objectOf({ name: text() }, { taxId: text() }),
  items: listOf(
    objectOf({ component: text(), model: text(), quantity: decimal }, {
      tableRow: text(),
      serials: listOf(text()),
      lots: listOf(text()),
      invoice: text(),
      energy: ENERGY,
      serialCount: number,
      serialsDigest: DIGEST,
      amounts: AMOUNTS,
    }),
    { least: 1 },
  ),
  statement: oneOf("notProhibited", "materialCosts", "directCosts"),
  amounts: AMOUNTS,
  producer: PARTY,
  dueDiligence: text(4000),
  periodFrom: day,
  periodTo: day,
  producerYearEnd: day,
  jurat: text(4000),
  signatory: objectOf({ name: text(), title: text(), authority: text() }),
  signedOn: day,
};
export const REPURPOSING = {
  ...PLACE,
  ...RATED,
  repurposedAt: moment,
  repurposedOn: day,
  operator: PARTY,
  originals: listOf(ID, { least: 1, most: 256 }),
  purpose: text(),
  status: oneOf("repurposed", "re-used", "remanufactured"),
  soh: decimal,
  model: text(),
  serial: text(),
};
export const RECYCLING = {
  ...PLACE,
  treatedAt: moment,
  treatedOn: day,
  operator: PARTY,
  process: text(),
  mass: MASS,
  efficiency: share,
  inputs: listOf(objectOf({ id: ID, mass: MASS }, { chemistry: text() }), { least: 1, most: 1024 }),
  fractions: listOf(
    objectOf({ material: text(), mass: MASS }, { recoveredShare: share, lot: text() }),
    { least: 1, most: 256 },
  ),
};
export const BATCH = {
  type: text(),
  itemType: text(),
  treeAlgorithm: text(),
  treeSize: number,
  rootHash: text(64),
  common: anObject,
  upstream: listOf(DIGEST, { most: MAX_UPSTREAM }),
};
export const WITHDRAWAL = {
  withdraws: DIGEST,
  reason: text(),
  items: listOf(ID, { least: 1, most: 2 ** 20 }),
};
export const RECEIPT = {
  digest: DIGEST,
  kind: text(),
  receivedAt: moment,
  logBy: moment,
  origin: text(),
};

// The kinds of credentials, and what each may say about its subject. A term that a kind does not
// know is refused, so that nobody signs a misspelt claim.

import { isObject } from "./canonical.js";
import { BadCredential } from "./errors.js";
import { checkTerms } from "./shapes.js";
import { quoted, smallest } from "./text.js";
import * as vocabulary from "./vocabulary.js";

export const ORIGIN = "BatteryOriginAttestation";
export const MATERIAL = "MaterialOriginAttestation";
const TEST = "BatteryTestRecord";
const FEOC = "FeocSupplierCertificate";
const REPURPOSING = "RepurposingAttestation";
export const RECYCLING = "RecyclingAttestation";
export const BATCH = "AttestationBatch";
export const WITHDRAWAL = "AttestationWithdrawal";
export const KEY_EVENT = "KeyEvent";
export const RECORD = "ProvenanceRecord";
export const RECEIPT = "IntakeReceipt";
const EVIDENCE = "ProjectEvidenceRecord";
// What a maker or supplier says of one battery or lot.
export const CLAIMS = [ORIGIN, MATERIAL, TEST, FEOC, REPURPOSING, RECYCLING];
export const KINDS = [...CLAIMS, BATCH, WITHDRAWAL, KEY_EVENT, RECORD, RECEIPT, EVIDENCE];

const SUBJECT = "/credentialSubject";
const OWN = Object.keys(vocabulary.OWN);
const MEANT = { salt: vocabulary.OWN.salt, accessSet: vocabulary.OWN.accessSet };

function terms(shapes, required) {
  return { shapes: new Map(Object.entries(shapes)), required };
}

function aboutOne(shapes, ...required) {
  return terms({ ...vocabulary.OWN, ...shapes }, [...OWN, ...required]);
}

const VOCABULARY = new Map([
  [ORIGIN, aboutOne(vocabulary.ORIGIN)],
  [MATERIAL, aboutOne(vocabulary.MATERIAL, "material", "mass")],
  [TEST, aboutOne(vocabulary.TEST)],
  [FEOC, aboutOne(vocabulary.FEOC, "supplier", "items", "statement", "jurat", "signatory")],
  [REPURPOSING, aboutOne(vocabulary.REPURPOSING)],
  [RECYCLING, aboutOne(vocabulary.RECYCLING)],
  [BATCH, terms({ ...MEANT, ...vocabulary.BATCH }, [
    "salt", "accessSet", "type", "itemType", "treeAlgorithm", "treeSize", "rootHash", "common",
  ])],
  [WITHDRAWAL, terms(
    { ...vocabulary.OWN, ...vocabulary.WITHDRAWAL }, ["salt", "accessSet", "withdraws", "reason"],
  )],
  [RECEIPT, terms(vocabulary.RECEIPT, Object.keys(vocabulary.RECEIPT))],
]);

function shapesWithout(kind, ...names) {
  return new Map([...VOCABULARY.get(kind).shapes].filter(([name]) => !names.includes(name)));
}

// An item is meant for whom its batch is meant for; what only one battery has is not common.
const ITEM = new Map(CLAIMS.map((kind) => [kind, shapesWithout(kind, "accessSet")]));
const COMMON = new Map(CLAIMS.map((kind) => [kind, shapesWithout(kind, ...OWN, "logSalt")]));

// Refuse a subject with a term that its kind does not know, one misshapen, or one missing. Key
// events and records have checks of their own, where they are read.
export function check(kind, subject) {
  if (!VOCABULARY.has(kind)) { return; }
  const { shapes, required } = VOCABULARY.get(kind);
  checkTerms(subject, { terms: shapes, required, pointer: SUBJECT });
  if (kind === BATCH) { checkBatch(subject); }
}

function checkBatch(subject) {
  const itemType = subject.get("itemType");
  if (subject.get("type") !== BATCH || !CLAIMS.includes(itemType)) {
    throw new BadCredential(
      `A batch is of type ${BATCH}, and its itemType one of ${CLAIMS.join(", ")}.`,
      { pointer: `${SUBJECT}/itemType` },
    );
  }
  const common = subject.get("common");
  if (isObject(common)) {
    checkTerms(common, { terms: COMMON.get(itemType), required: [], pointer: `${SUBJECT}/common` });
  }
}

// Refuse an item as check() refuses a subject; what is common need not stand in the item.
export function checkItem(itemType, item, common) {
  checkTerms(item, { terms: ITEM.get(itemType), required: ["id", "salt"], pointer: "" });
  const { required } = VOCABULARY.get(itemType);
  const missing = smallest(
    required.filter((name) => !OWN.includes(name) && !item.has(name) && !common.has(name)),
  );
  if (missing !== undefined) {
    throw new BadCredential(
      `The term ${quoted(missing)} stands neither in the item nor in common.`,
      { pointer: `/${missing}` },
    );
  }
}

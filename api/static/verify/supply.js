// What an attestation supplies for others to build upon: one lot of a material, or a batch of lots.
// Only who attests the origin of a material supplies it; any other kind weighs nothing here.

import { amount, multiply, total } from "./amounts.js";
import { signedTree } from "./batch.js";
import { massOf as massIn } from "./facts.js";
import { BATCH, MATERIAL } from "./kinds.js";

// What an attestation says of its lot, or of all lots of its batch.
export const claimsOf = (signed) => (
  signed.kind === BATCH ? signed.subject.get("common") : signed.subject
);

// Which material an attestation is of; null when of none, or of several.
export function materialOf(signed) {
  const kind = signed.kind === BATCH ? signed.subject.get("itemType") : signed.kind;
  return kind === MATERIAL ? claimsOf(signed).get("material") ?? null : null;
}

// How many kilograms there are: of a batch, by what is common or by the items shown. Null when no
// mass is told.
export function massOf(state, digest) {
  const signed = state.credentials.get(digest);
  const each = massIn(claimsOf(signed));
  if (signed.kind !== BATCH) { return each; }
  if (each !== null) { return multiply(each, amount(String(signedTree(signed).size))); }
  const masses = [...state.items.values()].filter((items) => items.has(digest))
    .map((items) => massIn(items.get(digest))).filter((mass) => mass !== null);
  return masses.length ? total(masses) : null;
}

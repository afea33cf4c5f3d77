// What makers say of a battery's origin, alone or as an item of a batch, and whether it stands.

import { ORIGIN } from "./kinds.js";
import { Verdict } from "./report.js";

const NOTHING = [];

// What attestations of origin say of a battery, alone or as an item, by their digests.
export function originsOf(state, battery) {
  const found = new Map();
  for (const digest of state.singles.get(battery) || NOTHING) {
    found.set(digest, state.credentials.get(digest).subject);
  }
  for (const [digest, claims] of state.items.get(battery) || NOTHING) {
    if (state.credentials.get(digest).subject.get("itemType") === ORIGIN) {
      found.set(digest, claims);
    }
  }
  return found;
}

// Whether an attestation is VALID and was not taken back for this battery.
export function stands(state, battery, digest) {
  const taken = state.itemsTakenBack.get(digest);
  return state.judgements.get(digest).verdict === Verdict.VALID && !(taken && taken.has(battery));
}

// Step 6 of verifying a bundle: the record, in which the service signs what it answers.

import { equal, hasExactly, object } from "./canonical.js";
import * as credential from "./credential.js";
import { b64Encode, b64uEncode } from "./encoding.js";
import { BadBundle, BadSignature } from "./errors.js";
import { RECORD } from "./kinds.js";
import { sorted } from "./text.js";

const TERMS = ["batteries", "asOf", "entries", "keyEvents", "components", "shown"];
const refusal = (detail, remedy = "") => new BadBundle(detail, { step: 6, remedy });

// Hold the record against what is shown: checkpoint, entries, batteries, components.
export async function checkRecord(state) {
  const record = await open(state);
  const { subject } = record;
  const bare = new Map([...subject].filter(([name]) => name !== "title"));
  if (record.kind !== RECORD || !hasExactly(bare, TERMS)) {
    throw refusal("The record does not have exactly its terms.");
  }
  if (!equal(subject.get("asOf"), asOf(state.head))) {
    throw refusal("The record was made under another checkpoint.");
  }
  checkEntries(state, subject);
  if (!equal(subject.get("batteries"), asked(state.bundle))) {
    throw refusal("The record names batteries out of order, or with other salts.");
  }
  checkShown(state.bundle, subject);
  return `signed by ${record.method} at ${record.created}`;
}

function checkEntries(state, subject) {
  const keys = [];
  const rest = [];
  for (const [index, entry] of state.leaves) { (entry.kind === "key" ? keys : rest).push(index); }
  if (!equal(subject.get("keyEvents"), keys) || !equal(subject.get("entries"), rest)) {
    throw refusal("The entries shown are not those that the record lists.");
  }
}

function checkShown(bundle, subject) {
  let count = 0;
  for (const children of bundle.components.values()) { count += children.length; }
  const components = object({ count, digest: bundle.componentsDigest });
  if (!equal(subject.get("components"), components)) {
    throw refusal("The components shown are not those that the record signs.");
  }
  if (subject.get("shown") !== bundle.shownDigest) {
    throw refusal("Something was added to, or dropped from, what the record shows.");
  }
}

function asOf(head) {
  return object({ origin: head.origin, treeSize: head.size, rootHash: b64Encode(head.root) });
}

// How a record names the batteries that it is about, with the salts that are shown.
function asked({ batteries, salts }) {
  return sorted(batteries.keys()).map((id) => {
    const row = object({ id, lastSequence: batteries.get(id) });
    if (salts.has(id)) { row.set("salt", b64uEncode(salts.get(id))); }
    return row;
  });
}

async function open(state) {
  const data = state.bundle.record;
  const claimed = credential.read(data);
  for (const key of state.policy.recordKeysOf(claimed.issuer)) {
    try {
      return await credential.verify(data, () => key);
    } catch (error) {
      if (!(error instanceof BadSignature)) { throw error; }
    }
  }
  throw refusal(
    `The record is not signed by a key that the policy lists for ${claimed.issuer}.`,
    "Add a `record` line to the trust file, with the key from a source you trust.",
  );
}

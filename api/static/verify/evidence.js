// Steps 2 to 4 of verifying a bundle: the checkpoint, the entries under it, the documents.

import * as checkpoint from "./checkpoint.js";
import { b64uEncode, sameBytes } from "./encoding.js";
import { BadBundle } from "./errors.js";
import * as leaf from "./leaf.js";
import * as note from "./note.js";
import { leafHash, rootFromMany } from "./tree.js";

// Take the head of the log: signed by a log of the policy, cosigned by its quorum (step 2).
export async function checkCheckpoint(state) {
  const { policy, report } = state;
  const opened = await note.verify(state.bundle.checkpoint, policy.verifiers());
  const head = checkpoint.parse(opened.text);
  const signers = opened.verified.map((each) => each.verifier);
  if (!signers.includes(policy.logs.get(head.origin))) {
    throw new BadBundle(`The log ${head.origin} is not in the policy, or did not sign.`, {
      step: 2, remedy: "Add its `log` line to the trust file if you trust this log.",
    });
  }
  const witnesses = new Set(signers.filter((each) => each.algorithm === note.COSIGNATURE));
  policy.checkQuorum(witnesses);
  state.head = head;
  report.origin = head.origin;
  report.size = head.size;
  report.cosigned = opened.verified.filter((each) => each.seconds !== null)
    .map((each) => ({ name: each.verifier.name, seconds: each.seconds }));
  report.unknownSignatures = opened.unknown
    .map((each) => `${each.name} (key id ${each.keyId})`);
  return `${head.origin} of ${head.size} entries, ${witnesses.size} witnesses`;
}

// Prove all entries shown under the root of the checkpoint, with one proof (step 3).
export function checkEntries(state) {
  const { entries, nodes } = state.bundle.evidence;
  for (const { index, entry } of entries) {
    const read = leaf.decode(entry);
    state.leaves.set(index, { ...read, digest: b64uEncode(read.digest) });
    state.hashes.set(index, leafHash(entry));
  }
  if (!state.hashes.size) {
    if (nodes.length) {
      throw new BadBundle("The bundle proves entries that it does not show.", { step: 3 });
    }
    return "no entries";
  }
  const root = rootFromMany({ leaves: state.hashes, size: state.head.size, nodes });
  if (!sameBytes(root, state.head.root)) {
    const detail = "The entries lead to another root than the checkpoint's.";
    throw new BadBundle(detail, { step: 3 });
  }
  return `${state.leaves.size} entries lead to the root`;
}

// Take the documents shown; each must be one that an entry names (step 4).
export function checkDocuments(state) {
  const named = new Set([...state.leaves.values()].map((each) => each.digest));
  for (const [digest, data] of state.bundle.documents) {
    if (!named.has(digest)) {
      throw new BadBundle(`No entry names the document ${digest}.`, { step: 4 });
    }
    state.documents.set(digest, data);
  }
  const { hidden } = state.report;
  for (const index of state.leaves.keys()) {
    if (!state.shown(index)) { hidden.push(index); }
  }
  return `${state.documents.size} documents shown, ${hidden.length} by digest only`;
}

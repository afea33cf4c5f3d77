// Steps 2 to 4 of verifying a bundle: the checkpoint, the entries under it, the documents.

import * as checkpoint from "./checkpoint.js";
import { digestOf } from "./credential.js";
import { b64uEncode, sameBytes } from "./encoding.js";
import { BadBundle } from "./errors.js";
import * as leaf from "./leaf.js";
import * as note from "./note.js";
import { leafHash, rootFromMany, verifyConsistency } from "./tree.js";

const PREVIOUS_LOG = "previous-log";

const refusal = (detail, step) => new BadBundle(detail, { step });

// Take the head of the log: signed by a log of the policy, cosigned by its quorum (step 2).
export async function checkCheckpoint(state) {
  const { bundle, report } = state;
  const { opened, head, witnesses } = await open(state, bundle.checkpoint);
  const { newestLog } = state.policy;
  if (head.origin !== newestLog) {
    throw new BadBundle(`${head.origin} is an older name of the log, which is ${newestLog} now.`, {
      step: 2,
      remedy: "Put the newest `log` line last in the trust file, and ask for a new bundle"
        + " where this one was made under the older name.",
    });
  }
  state.head = head;
  report.origin = head.origin;
  report.size = head.size;
  report.cosigned = opened.verified.filter((each) => each.seconds !== null)
    .map((each) => ({ name: each.verifier.name, seconds: each.seconds }));
  await checkPrevious(state);
  // Only the program can check tokens of time-stamping authorities.
  report.uncheckedTimestamps = bundle.timestamps.length;
  const older = state.older.map((each) => `, once ${each.origin}`).join("");
  return `${head.origin} of ${head.size} entries, ${witnesses} witnesses${older}`;
}

// Open a checkpoint; refuses a log outside the policy, and too few of its witnesses.
async function open(state, data) {
  const { policy, report } = state;
  const opened = await note.verify(data, policy.verifiers());
  const head = checkpoint.parse(opened.text);
  const signers = opened.verified.map((each) => each.verifier);
  if (!signers.includes(policy.logs.get(head.origin))) {
    throw new BadBundle(`The log ${head.origin} is not in the policy, or did not sign.`, {
      step: 2, remedy: "Add its `log` line to the trust file if you trust this log.",
    });
  }
  const witnesses = new Set(signers.filter((each) => each.algorithm === note.COSIGNATURE));
  policy.checkQuorum(witnesses);
  report.unknownSignatures.push(
    ...opened.unknown.map((each) => `${each.name} (key id ${each.keyId})`),
  );
  return { opened, head, witnesses: witnesses.size };
}

// Each older name of the log ended in a head that this one goes on from.
async function checkPrevious(state) {
  for (const each of state.bundle.previous) {
    const { head: old } = await open(state, each.checkpoint);
    const before = state.older[state.older.length - 1];
    const known = [state.head, ...state.older].map((head) => head.origin);
    if (known.includes(old.origin) || (before && old.size <= before.size)) {
      throw refusal(`${old.origin} of ${old.size} entries is no older log.`, 2);
    }
    verifyConsistency({
      old: old.size, size: state.head.size, oldRoot: old.root, root: state.head.root,
      path: each.path,
    });
    state.older.push(old);
  }
}

// Prove all entries shown under the root of the checkpoint, with one proof (step 3).
export function checkEntries(state) {
  const { entries, nodes } = state.bundle.evidence;
  for (const { index, entry } of entries) {
    const read = leaf.decode(entry);
    state.leaves.set(index, { ...read, digest: b64uEncode(read.digest) });
    state.hashes.set(index, leafHash(entry));
  }
  if (state.hashes.size) {
    const root = rootFromMany({ leaves: state.hashes, size: state.head.size, nodes });
    if (!sameBytes(root, state.head.root)) {
      throw refusal("The entries lead to another root than the checkpoint's.", 3);
    }
  } else if (nodes.length) {
    throw refusal("The bundle proves entries that it does not show.", 3);
  }
  state.older.forEach((old, at) => {
    checkTookOver(state, old, state.bundle.previous[at].checkpoint);
  });
  return `${state.leaves.size} entries lead to the root`;
}

// The first entry under a new name says with which head the old one ended.
function checkTookOver(state, old, data) {
  const entry = state.leaves.get(old.size);
  const digest = digestOf(data);
  if (!entry || entry.kind !== PREVIOUS_LOG || entry.digest !== digest) {
    throw refusal(`Entry ${old.size} does not say that the log ${old.origin} ended there.`, 3);
  }
  state.documents.set(digest, data);
}

// Take the documents shown; each must be one that an entry names (step 4).
export function checkDocuments(state) {
  const named = new Set([...state.leaves.values()].map((each) => each.digest));
  for (const [digest, data] of state.bundle.documents) {
    if (!named.has(digest)) {
      throw refusal(`No entry names the document ${digest}.`, 4);
    }
    state.documents.set(digest, data);
  }
  const { hidden } = state.report;
  for (const index of state.leaves.keys()) {
    if (!state.shown(index)) { hidden.push(index); }
  }
  return `${state.documents.size} documents shown, ${hidden.length} by digest only`;
}

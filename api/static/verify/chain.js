// Step 7 of verifying a bundle: every entry shown is about a battery or issuer named in it.

import * as didanswer from "./didanswer.js";
import { hex, sameBytes } from "./encoding.js";
import * as erasure from "./erasure.js";
import { BadBundle } from "./errors.js";
import { issuerSalt, subjectHash } from "./leaf.js";
import { listed, smallest, sorted } from "./text.js";
import { leafHash, rootFromMany } from "./tree.js";

const ISSUER = "did:";

const refusal = (detail) => new BadBundle(detail, { step: 7 });

// Match salts with entries, and follow each subject's chain of sequence and previous hash.
export function checkSubjects(state) {
  const { salts } = state.bundle;
  checkSalts(salts);
  const hashes = new Map();
  for (const [subject, salt] of salts) { hashes.set(hex(subjectHash(salt, subject)), subject); }
  for (const [index, entry] of state.leaves) {
    if (entry.count === 1) { state.subjects.set(index, subjectOf(index, entry, hashes)); }
  }
  checkIssuers(state);
  checkMembers(state);
  checkAllUsed(state);
  const chains = new Map([...state.bundle.batteries.keys()].map((each) => [each, []]));
  for (const [index, subject] of state.subjects) {
    if (!chains.has(subject)) { chains.set(subject, []); }
    chains.get(subject).push(index);
  }
  for (const subject of sorted(chains.keys())) { checkChain(state, subject, chains.get(subject)); }
  return `${salts.size} subjects, each chain whole as far as it goes`;
}

function subjectOf(index, entry, hashes) {
  const subject = hashes.get(hex(entry.subject));
  if (subject === undefined) {
    throw refusal(`Entry ${index} is about somebody whom the bundle does not name.`);
  }
  return subject;
}

// Anybody can compute the salt of an issuer, so a second chain of it is no secret.
function checkSalts(salts) {
  for (const subject of sorted(salts.keys())) {
    if (subject.startsWith(ISSUER) && !sameBytes(salts.get(subject), issuerSalt(subject))) {
      throw refusal(
        `The salt of ${subject} is not that of an issuer: there may be a second chain.`,
      );
    }
  }
}

// The chain of an issuer holds its key events and what its domain said, all of it shown. So
// nothing that ends a key can hide there under another kind.
function checkIssuers(state) {
  const ofIssuers = [...state.subjects].filter(([, who]) => who.startsWith(ISSUER));
  const erased = new Set();
  for (const [index] of ofIssuers) {
    const data = state.shown(index);
    if (state.leaves.get(index).kind === erasure.KIND && data) {
      erased.add(erasure.decode(data).digest);
    }
  }
  for (const [index, subject] of ofIssuers) {
    const { kind, digest } = state.leaves.get(index);
    const data = state.shown(index);
    const isRead = kind === "key" || (kind === erasure.KIND && data);
    const isAnswer = kind === "event"
      && ((data && didanswer.isOf(data, subject)) || erased.has(digest));
    if (!isRead && !isAnswer) {
      throw refusal(
        `Entry ${index} is about the issuer ${subject}, but shows neither a key event nor what`
          + " its domain answered.",
      );
    }
  }
}

function checkMembers(state) {
  for (const group of state.bundle.members) {
    const entry = state.leaves.get(group.entry);
    if (!entry || entry.count < 2) { throw refusal(`Entry ${group.entry} has no members.`); }
    const leaves = new Map(
      group.rows.map(({ index, id }) => [index, memberHash(state, group.entry, id)]),
    );
    const root = rootFromMany({ leaves, size: entry.count, nodes: group.nodes });
    if (!sameBytes(root, entry.subject)) {
      throw refusal(`The members of entry ${group.entry} are not its own.`);
    }
    state.members.set(group.entry, group.rows.map(({ id }) => id));
  }
  // What takes back or erases a batch is about the same items, so the batch speaks for it.
  const batches = new Set();
  for (const { kind, subject } of state.leaves.values()) {
    if (kind === "batch" && subject !== null) { batches.add(hex(subject)); }
  }
  for (const [index, entry] of state.leaves) {
    if (entry.count > 1 && !batches.has(hex(entry.subject)) && !state.members.has(index)) {
      throw refusal(`Entry ${index} is about nobody in this bundle.`);
    }
  }
}

function memberHash(state, index, subject) {
  const salt = state.bundle.salts.get(subject);
  if (!salt) { throw refusal(`${subject} is no member of entry ${index}: it has no salt.`); }
  return leafHash(subjectHash(salt, subject));
}

// A salt belongs to an entry; or it says to an index whose row is asked for (step 12).
function checkAllUsed(state) {
  const { index, salts } = state.bundle;
  const used = new Set([...state.subjects.values(), ...[...state.members.values()].flat()]);
  const idle = smallest([...salts.keys()].filter((each) => !used.has(each)));
  if (idle !== undefined && index === null) {
    throw refusal(`The salt of ${idle} belongs to no entry.`);
  }
}

// q rises with the index, without a gap; each p is the hash of the entry before.
function checkChain(state, subject, indices) {
  const sequences = indices.map((index) => state.leaves.get(index).sequence);
  if (sequences.some((each, at) => at > 0 && sequences[at - 1] >= each)) {
    throw refusal(`The entries about ${subject} are not in their order.`);
  }
  for (let at = 1; at < indices.length; at += 1) {
    const after = state.leaves.get(indices[at]);
    const linked = sameBytes(after.previous, state.hashes.get(indices[at - 1]));
    if (sequences[at] === sequences[at - 1] + 1 && !linked) {
      throw refusal(`Entry ${indices[at]} does not follow entry ${indices[at - 1]}.`);
    }
  }
  checkWhole(state, subject, indices, sequences);
}

// The chain of whoever is named is there from the start, and a battery's up to its end.
function checkWhole(state, subject, indices, sequences) {
  const last = state.bundle.batteries.get(subject);
  const whole = sequences.every((each, at) => each === at);
  if (last !== undefined && !(whole && sequences.length === last + 1)) {
    throw refusal(
      `Of the entries about ${subject} some are left out: found ${listed(sequences)},`
        + ` the record says 0 to ${last}.`,
    );
  }
  if (!whole) {
    const isKey = indices.some((index) => state.leaves.get(index).kind === "key");
    const what = isKey ? "A key event" : "An entry";
    throw refusal(`${what} of ${subject} is left out: found ${listed(sequences)}.`);
  }
}

// Steps 8 and 9 of verifying a bundle: signed claims, what the service says, items of batches.

import * as batch from "./batch.js";
import { isObject, loads } from "./canonical.js";
import * as credential from "./credential.js";
import { parseMethod } from "./did.js";
import { sameBytes } from "./encoding.js";
import * as erasure from "./erasure.js";
import { BadBundle, NotStrictJson, ProofError } from "./errors.js";
import { BATCH, CLAIMS, ORIGIN, WITHDRAWAL } from "./kinds.js";

const SIGNED = new Map([
  ["attestation", CLAIMS], ["batch", [BATCH]], ["correction", [WITHDRAWAL]],
]);

const refusal = (detail) => new BadBundle(detail, { step: 8 });

// Verify every signed document shown, and that its entry says the same of it (step 8).
export async function checkAttestations(state) {
  for (const [index, entry] of state.leaves) {
    const data = state.shown(index);
    if (entry.kind === "key" || !data) { continue; }
    if (entry.kind === "attestation" || entry.kind === "batch" || entry.method !== null) {
      await takeSigned(state, index, data);
    } else {
      takeSaid(state, index, data);
    }
  }
  for (const [index, signed] of state.withdrawals) { matchWithdrawal(state, index, signed); }
  const signatures = state.credentials.size + state.withdrawals.size;
  return `${signatures} signatures good, ${state.report.events} events of the service`;
}

async function takeSigned(state, index, data) {
  const signed = await credential.verify(data, (method) => state.keyring.resolve(method));
  match(state, index, signed);
  if (signed.kind === WITHDRAWAL) {
    state.withdrawals.set(index, signed);
    return;
  }
  if (signed.kind === ORIGIN && !state.credentials.has(signed.digest)) {
    const id = String(signed.subjectId);
    state.singles.set(id, [...(state.singles.get(id) || []), signed.digest]);
  }
  state.credentials.set(signed.digest, signed);
}

function match(state, index, signed) {
  const entry = state.leaves.get(index);
  if (entry.method !== signed.method) {
    throw refusal(`Entry ${index} names another signer than its document.`);
  }
  if (!(SIGNED.get(entry.kind) || []).includes(signed.kind)) {
    throw refusal(`Entry ${index} is not of the kind of its document.`);
  }
  if (signed.kind === BATCH) {
    if (batch.signedTree(signed).size !== entry.count) {
      throw refusal(`Entry ${index} counts other items than its document.`);
    }
  } else if (signed.subjectId !== aboutWhom(state, index) && !isOfBatch(signed)) {
    throw otherBattery(index);
  }
}

const aboutWhom = (state, index) => state.subjects.get(index) ?? null;
const isOfBatch = (signed) => signed.kind === WITHDRAWAL && signed.subjectId === null;
const otherBattery = (index) => (
  refusal(`Entry ${index} is about another battery than its document.`)
);

// A maker takes back its own attestation, in an entry about whom that one is about.
function matchWithdrawal(state, index, signed) {
  const first = firstOf(state, signed.subject.get("withdraws"));
  if (!first) { throw refusal(`The withdrawal at ${index} is of something not shown.`); }
  const part = isOfBatch(signed) ? "batch" : "attestation";
  if (first.kind !== part || (signed.subject.has("items") && part !== "batch")) {
    throw refusal(`The withdrawal at ${index} is not of a ${part}.`);
  }
  if (parseMethod(first.method)[0] !== signed.issuer) {
    throw refusal(`The withdrawal at ${index} is by another than the issuer.`);
  }
  if (!sameSubjects(state.leaves.get(index), first)) {
    throw refusal(`The withdrawal at ${index} is about others than what it takes back.`);
  }
}

function firstOf(state, digest) {
  for (const entry of state.leaves.values()) {
    if (entry.digest === digest) { return entry; }
  }
  return null;
}

// Whether two entries are about the same, one or many.
function sameSubjects(left, right) {
  if (left.count !== right.count) { return false; }
  return left.subject === null || sameBytes(left.subject, right.subject);
}

// What the service says itself: an event, an erasure, or something kept as it came.
function takeSaid(state, index, data) {
  const { kind } = state.leaves.get(index);
  state.report.events += kind === "event" ? 1 : 0;
  if (kind === erasure.KIND) {
    takeErasure(state, index, erasure.decode(data));
    return;
  }
  let body;
  try {
    body = loads(data);
  } catch (error) {
    if (!(error instanceof NotStrictJson)) { throw error; }
    return; // a document of another kind, kept and logged as it came
  }
  if (isObject(body) && body.has("proof") && isSigned(data)) {
    throw refusal(`Entry ${index} passes off what is signed as said by the service.`);
  }
  const named = (isObject(body) ? body.get("battery") : null) ?? null;
  if (named !== null && named !== aboutWhom(state, index)) { throw otherBattery(index); }
}

// Whether these bytes could stand in the log as somebody's own word, under its own kind.
function isSigned(data) {
  try {
    return Boolean(credential.read(data).method);
  } catch (error) {
    if (!(error instanceof ProofError)) { throw error; }
    return false;
  }
}

function takeErasure(state, index, said) {
  if (said.battery !== null && said.battery !== aboutWhom(state, index)) {
    throw otherBattery(index);
  }
  const entry = state.leaves.get(index);
  for (const [at, each] of state.leaves) {
    if (each.digest !== said.digest) { continue; }
    if (at >= index || !sameSubjects(each, entry)) {
      throw refusal(
        `The erasure at ${index} is not about whom the entry at ${at} is about,`
          + " or stands before it.",
      );
    }
    if (state.shown(at)) {
      state.report.doubts.push(
        `Entry ${index} says that the ${each.kind} at ${at} was erased; it is shown.`,
      );
    }
  }
  state.report.erased.push({ index, digest: said.digest, reason: said.reason, at: said.at });
}

// Verify that each item stands in the tree that its batch signs (step 9).
export function checkItems(state) {
  let count = 0;
  for (const group of state.bundle.items) {
    const signed = state.credentials.get(group.batch);
    if (!signed) {
      const detail = `The batch ${group.batch} of some items is not shown.`;
      throw new BadBundle(detail, { step: 9 });
    }
    for (const claims of batch.verifySome(signed, group.rows, group.nodes)) {
      const id = claims.get("id");
      if (!state.items.has(id)) { state.items.set(id, new Map()); }
      state.items.get(id).set(group.batch, claims);
      count += 1;
    }
  }
  return `${count} items lead to the roots of their batches`;
}

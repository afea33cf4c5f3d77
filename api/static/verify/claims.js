// Steps 8 to 10 of verifying a bundle: signed claims, the items of batches, and verdicts.

import * as batch from "./batch.js";
import { isObject, isText, loads } from "./canonical.js";
import * as credential from "./credential.js";
import { BadBundle, NotStrictJson } from "./errors.js";
import { momentKey } from "./integrity.js";
import { BATCH, KEY_EVENT, ORIGIN, RECORD } from "./kinds.js";
import { Verdict, isPlain, wordsOf } from "./report.js";

const SIGNED = ["attestation", "batch"];

const refusal = (detail) => new BadBundle(detail, { step: 8 });

// Verify every signed document shown, and that its entry says the same of it (step 8).
export async function checkAttestations(state) {
  for (const [index, entry] of state.leaves) {
    const data = state.shown(index);
    if (entry.kind === "key" || !data) { continue; }
    if (!SIGNED.includes(entry.kind) && entry.method === null) {
      state.report.events += entry.kind === "event" ? 1 : 0;
      matchEvent(state, index, data);
    } else {
      await checkSigned(state, index, data);
    }
  }
  const { credentials, report } = state;
  return `${credentials.size} signatures good, ${report.events} events of the service`;
}

async function checkSigned(state, index, data) {
  const signed = await credential.verify(data, (method) => state.keyring.resolve(method));
  match(state, index, signed);
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
  if ((entry.kind === "batch") !== (signed.kind === BATCH)
      || [KEY_EVENT, RECORD].includes(signed.kind)) {
    throw refusal(`Entry ${index} is not of the kind of its document.`);
  }
  if (signed.kind === BATCH) {
    if (batch.signedTree(signed).size !== entry.count) {
      throw refusal(`Entry ${index} counts other items than its document.`);
    }
  } else if (signed.subjectId !== (state.subjects.get(index) ?? null)) {
    throw refusal(`Entry ${index} is about another battery than its document.`);
  }
}

// An event that names a battery stands in that battery's chain.
function matchEvent(state, index, data) {
  let body;
  try {
    body = loads(data);
  } catch (error) {
    if (!(error instanceof NotStrictJson)) { throw error; }
    return; // a document of another kind, kept and logged as it came
  }
  const named = (isObject(body) ? body.get("battery") : null) ?? null;
  if (named !== null && named !== state.subjects.get(index)) {
    throw refusal(`Entry ${index} is about another battery than its document.`);
  }
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

// Judge each attestation by its place in the log, and say who vouches for its key (step 10).
export function judge(state) {
  const { report } = state;
  for (const [index, entry] of state.leaves) {
    const signed = state.credentials.get(entry.digest);
    if (signed) { judgeOne(state, index, entry, signed); }
  }
  for (const index of report.hidden) { judgeHidden(state, index); }
  return `${report.judgements.length} attestations judged`;
}

function judgeOne(state, index, entry, signed) {
  const key = state.keyring.known.get(signed.method);
  const [verdict, reason] = state.keyring.judge(signed.method, index);
  const judgement = {
    index,
    digest: signed.digest,
    kind: signed.kind,
    issuer: signed.issuer,
    method: signed.method,
    about: signed.subjectId || `${entry.count} items`,
    verdict,
    voucher: key.voucher,
    reason: key.note ? `${reason}; ${key.note}` : reason,
  };
  const { judgements, doubts } = state.report;
  judgements.push(judgement);
  // Logged twice, the first time counts: a later copy proves no less.
  if (!state.judgements.has(signed.digest)) { state.judgements.set(signed.digest, judgement); }
  if (!isPlain(judgement)) {
    doubts.push(`Attestation at ${index}: ${wordsOf(judgement)}; ${judgement.reason}.`);
  }
  const ends = signed.document.get("validUntil");
  if (isText(ends) && momentKey(ends) <= momentKey(entry.at)) {
    doubts.push(`Attestation at ${index} had ended when it was logged.`);
  }
}

// What is shown by its digest only may be for others' eyes; its signer must be good all the same,
// and an event of the battery is no secret to who may have its record.
function judgeHidden(state, index) {
  const entry = state.leaves.get(index);
  const { doubts } = state.report;
  if (entry.method === null) {
    if (state.bundle.batteries.has(state.subjects.get(index))) {
      doubts.push(`The ${entry.kind} at ${index} is shown by its digest only.`);
    }
    return;
  }
  const known = state.keyring.known.has(entry.method);
  const verdict = known ? state.keyring.judge(entry.method, index)[0] : null;
  if (verdict !== Verdict.VALID) {
    const what = verdict === null ? "a key not known here" : verdict.toLowerCase();
    doubts.push(
      `The ${entry.kind} at ${index}, shown by its digest only, is signed by ${entry.method},`
        + ` ${what}.`,
    );
  }
}

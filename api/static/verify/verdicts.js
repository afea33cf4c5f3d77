// Step 10 of verifying a bundle: a verdict on each attestation, by its place in the log.

import { isText } from "./canonical.js";
import { hex } from "./encoding.js";
import { momentKey, secondsOf } from "./integrity.js";
import { BATCH } from "./kinds.js";
import { Verdict, isPlain, wordsOf } from "./report.js";
import { sorted } from "./text.js";

// Transactions may be logged in another order than they began in, but not by more than this.
const SLACK = 300e6;

// Judge each attestation and each withdrawal, and say who vouches for its key.
export function judge(state) {
  const { report } = state;
  for (const [index, signed] of state.withdrawals) { takeBack(state, index, signed); }
  for (const [index, entry] of state.leaves) {
    const signed = state.credentials.get(entry.digest);
    if (signed) { judgeOne(state, index, signed); }
  }
  for (const index of report.hidden) { judgeHidden(state, index); }
  doubtHiddenAboutItems(state);
  doubtTimes(state);
  const withdrawals = report.withdrawn.length;
  return `${report.judgements.length} attestations judged, ${withdrawals} withdrawals`;
}

// A withdrawal counts unless its key was out of force: in doubt, a claim is not believed.
function takeBack(state, index, signed) {
  const { report } = state;
  const [verdict, reason] = state.keyring.judge(signed.method, index);
  const said = {
    index,
    digest: signed.subject.get("withdraws"),
    method: signed.method,
    verdict,
    reason: signed.subject.get("reason"),
    items: signed.subject.get("items") ?? null,
  };
  report.withdrawn.push(said);
  if (verdict === Verdict.INVALID) {
    report.doubts.push(`The withdrawal at ${index} does not count: ${reason}.`);
  } else if (said.items === null) {
    if (!state.takenBack.has(said.digest)) { state.takenBack.set(said.digest, said); }
  } else {
    const items = state.itemsTakenBack.get(said.digest) || new Map();
    said.items.forEach((item) => items.set(item, said));
    state.itemsTakenBack.set(said.digest, items);
  }
}

function judgeOne(state, index, signed) {
  const key = state.keyring.known.get(signed.method);
  let [verdict, reason] = state.keyring.judge(signed.method, index);
  const said = state.takenBack.get(signed.digest);
  if (said && verdict !== Verdict.INVALID) {
    const by = state.keyring.named(said.method);
    [verdict, reason] = [Verdict.WITHDRAWN, `taken back at ${said.index} by ${by}: ${said.reason}`];
  }
  const judgement = {
    index,
    digest: signed.digest,
    kind: signed.kind,
    issuer: signed.issuer,
    method: signed.method,
    about: signed.subjectId || `${state.leaves.get(index).count} items`,
    verdict,
    voucher: key.voucher,
    reason: key.note ? `${reason}; ${key.note}` : reason,
  };
  state.report.judgements.push(judgement);
  // Logged twice, the first time counts: a later copy proves no less.
  if (!state.judgements.has(signed.digest)) { state.judgements.set(signed.digest, judgement); }
  doubt(state, judgement, signed);
}

function doubt(state, judgement, signed) {
  const { doubts } = state.report;
  const { index } = judgement;
  if (!isPlain(judgement)) {
    doubts.push(`Attestation at ${index}: ${wordsOf(judgement)}; ${judgement.reason}.`);
  }
  const ends = signed.document.get("validUntil");
  if (isText(ends) && momentKey(ends) <= momentKey(state.leaves.get(index).at)) {
    doubts.push(`Attestation at ${index} had ended when it was logged.`);
  } else if (isText(ends) && endedUnwitnessed(state, ends)) {
    doubts.push(`Attestation at ${index} had ended before this checkpoint was witnessed.`);
  }
  const taken = signed.kind === BATCH ? state.itemsTakenBack.get(signed.digest) : null;
  if (taken) { doubtItems(state, { index, digest: signed.digest, taken }); }
}

function doubtItems(state, { index, digest, taken }) {
  const { doubts } = state.report;
  for (const item of sorted(taken.keys())) {
    const said = taken.get(item);
    if (state.items.get(item)?.has(digest)) {
      const by = state.keyring.named(said.method);
      doubts.push(`${item} was taken back from the batch at ${index} by ${by}: ${said.reason}.`);
    }
  }
  if (state.bundle.items.some((group) => group.batch === digest)) { return; }
  const withdrawals = [...new Set(taken.values())].sort((left, right) => left.index - right.index);
  for (const said of withdrawals) {
    const by = state.keyring.named(said.method);
    doubts.push(
      `${said.items.length} items of the batch at ${index}, of which none is shown,`
        + ` were taken back at ${said.index} by ${by}: ${said.reason}.`,
    );
  }
}

// What is shown by its digest only may be for others' eyes; its signer must be good all the same,
// and what concerns the battery is no secret to who may have its record.
function judgeHidden(state, index) {
  const entry = state.leaves.get(index);
  const { doubts } = state.report;
  // What was demanded again was erased by the last word of it.
  const erased = state.report.erased.filter((each) => each.digest === entry.digest).pop();
  if (erased) {
    doubts.push(
      `The ${entry.kind} at ${index} was erased on demand (${erased.reason}), says entry`
        + ` ${erased.index}: its content cannot be checked.`,
    );
    return;
  }
  if (entry.method === null || entry.kind === "correction") {
    const about = [state.subjects.get(index), ...(state.members.get(index) || [])];
    const isAsked = about.some((each) => state.bundle.batteries.has(each));
    if (isAsked || ["correction", "erasure"].includes(entry.kind)) {
      doubts.push(`The ${entry.kind} at ${index} is shown by its digest only.`);
    }
  }
  if (entry.method === null) { return; }
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

// Who signed a batch may have taken it back in what is logged about the very same items.
function doubtHiddenAboutItems(state) {
  const { leaves, credentials, report } = state;
  const batches = new Map();
  const nameOf = (entry, issuer) => `${hex(entry.subject)} ${issuer}`;
  for (const [index, entry] of leaves) {
    const signed = credentials.get(entry.digest);
    if (signed && entry.count > 1) {
      const name = nameOf(entry, signed.issuer);
      if (!batches.has(name)) { batches.set(name, index); }
    }
  }
  for (const index of report.hidden) {
    const entry = leaves.get(index);
    const issuer = (entry.method || "").split("#")[0];
    const batch = entry.count > 1 ? batches.get(nameOf(entry, issuer)) : undefined;
    if (batch !== undefined && !["correction", "batch"].includes(entry.kind)) {
      report.doubts.push(
        `The ${entry.kind} at ${index}, by ${issuer} and about the items of its batch at`
          + ` ${batch}, is shown by its digest only: it may take them back.`,
      );
    }
  }
}

function endedUnwitnessed(state, ends) {
  const [seconds] = secondsOf(ends);
  return state.report.cosigned.some((each) => seconds < each.seconds);
}

// When a signed entry came is the service's word; after which others, the log's.
function doubtTimes(state) {
  let [last, newest] = [null, null];
  for (const [index, { at, method }] of state.leaves) {
    const moment = secondsOf(at);
    if (method !== null && newest !== null && microseconds(newest, moment) > SLACK) {
      state.report.doubts.push(
        `Entry ${index} is said to have come at ${at}, but stands after entry ${last},`
          + ` which came at ${state.leaves.get(last).at}.`,
      );
    }
    if (newest === null || microseconds(moment, newest) > 0) { [last, newest] = [index, moment]; }
  }
}

const microseconds = (one, other) => (one[0] - other[0]) * 1e6 + one[1] - other[1];

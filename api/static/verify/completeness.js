// Step 12 of verifying a bundle: could anything newer have been left out? The index answers.

import { b64uEncode, compareBytes, hex, sameBytes } from "./encoding.js";
import { BadBundle } from "./errors.js";
import { subjectHash } from "./leaf.js";
import { Verdict } from "./report.js";
import * as snapshot from "./snapshot.js";
import { sorted } from "./text.js";
import { EMPTY_ROOT, HASH_BYTES, leafHash, rootFromMany } from "./tree.js";

const NO_INDEX = "not proven: the log's operator could have left out entries, a key's revocation"
  + " too, since the bundle shows no index snapshot";
const NO_HASH = new Uint8Array(HASH_BYTES);

const refusal = (detail) => new BadBundle(detail, { step: 12 });

// Hold the entries shown against the index: of each battery and issuer, the last ones. Also
// compares the salts of batteries with those that their makers signed, so that no second chain of
// the same battery lies hidden under another salt.
export function checkCompleteness(state) {
  const { bundle, report } = state;
  checkSalts(state);
  if (bundle.index === null) {
    report.completeness = NO_INDEX;
    return NO_INDEX;
  }
  const index = read(state);
  const rows = prove(state, index);
  const subjects = subjectsOf(state);
  const concerns = concernsBelow(state, index.size);
  for (const subject of subjects) {
    checkSubject(state, subject, { rows, concerned: concerns.get(subject) || [], index });
  }
  const found = `proven up to entry ${index.size} (snapshot at entry ${bundle.index.entry},`
    + ` ${index.at}); the newer entries are not covered`;
  report.completeness = found;
  return `${subjects.length} subjects ${found}`;
}

function read(state) {
  const at = state.bundle.index.entry;
  const entry = state.leaves.get(at);
  const data = entry ? state.shown(at) : null;
  if (!data || entry.kind !== snapshot.KIND) {
    throw refusal(`Entry ${at} shows no index snapshot.`);
  }
  const index = snapshot.decode(data);
  const names = [state.head, ...state.older].map((each) => each.origin);
  if (!names.includes(index.origin) || index.size > at) {
    throw refusal(`The index at entry ${at} is of another log, or of entries yet to come.`);
  }
  return index;
}

// The rows shown, with their places: under the root logged, in order of place and subject.
function prove(state, index) {
  const { rows, nodes } = state.bundle.index;
  let root = EMPTY_ROOT;
  if (rows.length) {
    const leaves = new Map(rows.map(({ at, row }) => [at, leafHash(row)]));
    root = rootFromMany({ leaves, size: index.rows, nodes });
  }
  if (!sameBytes(root, index.root) || (!rows.length && (nodes.length || index.rows))) {
    throw refusal("The rows shown are not those of the index snapshot.");
  }
  const found = rows.map(({ at, row }) => ({ at, ...snapshot.decodeRow(row) }));
  if (found.some((row, at) => at > 0 && compareBytes(found[at - 1].subject, row.subject) >= 0)) {
    throw refusal("The index is not in the order of its subjects.");
  }
  return found;
}

// Whom the index must speak about: each battery asked about, each issuer of a key shown.
function subjectsOf(state) {
  const issuers = [...state.keyring.known.values()].map((key) => key.did);
  return sorted(new Set([...state.bundle.batteries.keys(), ...issuers]));
}

function add(found, name, ...indices) {
  if (!found.has(name)) { found.set(name, []); }
  found.get(name).push(...indices);
}

// Which entries below the size of the index concern a subject: alone, with others, as item.
function concernsBelow(state, size) {
  const found = new Map();
  const batches = new Map();
  const roots = new Map();
  for (const [index, entry] of state.leaves) {
    if (entry.count > 1) { roots.set(entry.digest, hex(entry.subject)); }
    if (index >= size) { continue; }
    if (state.subjects.has(index)) {
      add(found, state.subjects.get(index), index);
    } else if (entry.subject !== null) {
      add(batches, hex(entry.subject), index);
    }
    for (const member of state.members.get(index) || []) { add(found, member, index); }
  }
  for (const [battery, items] of state.items) {
    for (const digest of items.keys()) {
      add(found, battery, ...(batches.get(roots.get(digest)) || []));
    }
  }
  return found;
}

function checkSubject(state, subject, { rows, concerned, index }) {
  const salt = state.bundle.salts.get(subject);
  if (!salt) {
    throw refusal(`The index cannot speak about ${subject}: its salt is missing.`);
  }
  const hashed = subjectHash(salt, subject);
  const found = rows.findIndex((row) => compareBytes(row.subject, hashed) >= 0);
  const place = found < 0 ? rows.length : found;
  if (place < rows.length && sameBytes(rows[place].subject, hashed)) {
    checkRow(state, subject, rows[place], concerned);
    return;
  }
  checkAbsence(subject, place, rows, index);
  if (concerned.length) {
    const last = Math.max(...concerned);
    throw refusal(`The index knows nothing of ${subject}, but entry ${last} is shown.`);
  }
}

// The last entries shown of a subject must be the very ones that its row names.
function checkRow(state, subject, row, concerned) {
  const alone = concerned.filter((each) => state.subjects.get(each) === subject);
  const last = alone.length ? Math.max(...alone) : null;
  const latest = concerned.length ? Math.max(...concerned) : null;
  const holds = row.alone === last && row.latest === latest
    && sameBytes(row.aloneHash, last === null ? NO_HASH : state.hashes.get(last))
    && sameBytes(row.latestHash, state.hashes.get(latest));
  if (!holds) {
    throw refusal(
      `Something about ${subject} is left out: by the index the last entry about it alone is`
        + ` ${row.alone ?? "None"}, the last that concerns it ${row.latest};`
        + ` shown are ${last ?? "None"} and ${latest ?? "None"}.`,
    );
  }
}

// No row between two neighbours, before the first or after the last: no row at all.
function checkAbsence(subject, place, rows, index) {
  const before = place ? rows[place - 1].at : -1;
  const after = place < rows.length ? rows[place].at : index.rows;
  if (after !== before + 1) {
    throw refusal(`The index neither shows a row of ${subject} nor that there is none.`);
  }
}

// A maker may sign the salt of a battery's chain; then there is no other chain of it.
function checkSalts(state) {
  const { batteries, salts } = state.bundle;
  const salted = new Set();
  for (const { battery, digest, claims } of validClaims(state)) {
    const signed = claims.get("logSalt") ?? null;
    if (signed === null || !salts.has(battery)) { continue; }
    if (signed !== b64uEncode(salts.get(battery))) {
      const { index } = state.judgements.get(digest);
      throw refusal(
        `${battery} stands in the log under another salt than its maker signed, in`
          + ` ${index}: there may be a second chain.`,
      );
    }
    salted.add(battery);
  }
  state.report.saltedByMaker = sorted([...salted].filter((each) => batteries.has(each)));
}

// Every VALID claim about a battery or lot that could sign its salt.
function validClaims(state) {
  const found = [];
  for (const [digest, each] of state.credentials) {
    if (each.subjectId !== null) {
      found.push({ battery: each.subjectId, digest, claims: each.subject });
    }
  }
  for (const [battery, items] of state.items) {
    for (const [digest, claims] of items) { found.push({ battery, digest, claims }); }
  }
  return found.filter(({ digest }) => state.judgements.get(digest).verdict === Verdict.VALID);
}

// Step 12 of verifying a bundle: could anything newer have been left out? The index answers.

import { b64uEncode, compareBytes, hex, sameBytes } from "./encoding.js";
import { BadBundle } from "./errors.js";
import { BATCH } from "./kinds.js";
import { subjectHash } from "./leaf.js";
import { Verdict } from "./report.js";
import * as snapshot from "./snapshot.js";
import { sorted } from "./text.js";
import { EMPTY_ROOT, HASH_BYTES, leafHash, rootFromMany } from "./tree.js";

const NO_INDEX = "not proven: the log's operator could have left out entries, a key's revocation"
  + " too, since the bundle shows no index snapshot";
const NO_HASH = new Uint8Array(HASH_BYTES);

const refusal = (detail) => new BadBundle(detail, { step: 12 });

// Hold the entries shown against the index: of whoever is named, the last one about it alone; of
// each battery asked about, and of one item of each batch, also the last one with others. Also
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
  const concerns = concernsBelow(state, index.size);
  const joint = new Set([...bundle.batteries.keys(), ...witnesses(state)]);
  const subjects = sorted(new Set([...bundle.salts.keys(), ...joint]));
  checkAllUsed(state, subjects, joint);
  for (const subject of subjects) {
    const alone = last(state, concerns.alone.get(subject));
    const shared = joint.has(subject) ? last(state, concerns.shared.get(subject)) : null;
    checkSubject(state, subject, { rows, alone, shared, index });
  }
  const bare = unnamed(state, joint).map((each) => `the batch at entry ${each}`).join(" and ");
  const found = `${bare ? "in part " : ""}proven up to entry ${index.size} (snapshot at entry`
    + ` ${bundle.index.entry}, ${index.at}); the newer entries are not covered`
    + (bare ? `; completeness not proven for ${bare}, of which no item is shown` : "");
  report.completeness = found;
  return `${subjects.length} subjects ${found}`;
}

function checkAllUsed(state, subjects, joint) {
  const members = [...state.members.values()].flat();
  const used = new Set([...joint, ...state.subjects.values(), ...members]);
  const idle = subjects.find((each) => !used.has(each));
  if (idle !== undefined) { throw refusal(`The salt of ${idle} belongs to no entry.`); }
}

// Of each batch one item that the bundle names: what takes a batch back concerns each of them.
// Refuses a batch of which no item is named: that it was taken back could be kept back.
function witnesses(state) {
  const { items, salts } = state.bundle;
  const found = new Map();
  for (const [battery, batches] of state.items) {
    if (salts.has(battery)) {
      for (const digest of batches.keys()) { found.set(digest, battery); }
    }
  }
  return items.map(({ batch }) => {
    if (!found.has(batch)) {
      throw refusal(
        `The index cannot speak about the batch ${batch}: of none of its items the salt is there.`,
      );
    }
    return found.get(batch);
  });
}

// Batches shown of which nobody is named: that they were taken back could be kept back.
function unnamed(state, joint) {
  const spoken = new Set(state.bundle.items.map((group) => group.batch));
  const named = new Set([...state.members]
    .filter(([, members]) => members.some((each) => joint.has(each)))
    .map(([index]) => hex(state.leaves.get(index).subject)));
  return [...state.credentials]
    .filter(([digest, { kind }]) => kind === BATCH && !spoken.has(digest))
    .map(([digest]) => state.judgements.get(digest).index)
    .filter((index) => state.leaves.get(index).count > 1)
    .filter((index) => !named.has(hex(state.leaves.get(index).subject)))
    .sort((left, right) => left - right);
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

function add(found, name, indices) {
  if (!found.has(name)) { found.set(name, []); }
  for (const index of indices) { found.get(name).push(index); }
}

// Which entries below the size of the index concern a subject: alone, and with others.
function concernsBelow(state, size) {
  const [alone, shared, roots, batches] = [new Map(), new Map(), new Map(), new Map()];
  for (const [index, entry] of state.leaves) {
    if (entry.count > 1) { batches.set(entry.digest, hex(entry.subject)); }
    if (index >= size) { continue; }
    if (state.subjects.has(index)) {
      add(alone, state.subjects.get(index), [index]);
    } else if (entry.subject !== null) {
      add(roots, hex(entry.subject), [index]);
    }
  }
  // What takes back or erases a batch has the same root over its subjects.
  for (const [index, members] of state.members) {
    const alike = roots.get(hex(state.leaves.get(index).subject)) || [];
    for (const member of members) { add(shared, member, alike); }
  }
  for (const [battery, items] of state.items) {
    for (const digest of items.keys()) {
      add(shared, battery, roots.get(batches.get(digest)) || []);
    }
  }
  return { alone, shared };
}

// The last of some entries: its index, null for none, its leaf hash, and how many there are.
function last(state, indices = []) {
  if (!indices.length) { return { index: null, hash: NO_HASH, count: 0 }; }
  const index = indices.reduce((most, each) => Math.max(most, each));
  return { index, hash: state.hashes.get(index), count: new Set(indices).size };
}

const same = (one, other) => one.index === other.index && sameBytes(one.hash, other.hash);

// The last entries shown are those of the row; with others only where that was asked.
function checkSubject(state, subject, { rows, alone, shared, index }) {
  const salt = state.bundle.salts.get(subject);
  if (!salt) {
    throw refusal(`The index cannot speak about ${subject}: its salt is missing.`);
  }
  const hashed = subjectHash(salt, subject);
  const place = placeOf(rows, hashed);
  if (place === rows.length || !sameBytes(rows[place].subject, hashed)) {
    checkAbsence(subject, place, rows, index);
    const known = [alone, shared].filter((each) => each !== null && each.index !== null);
    if (known.length) {
      const newest = Math.max(...known.map((each) => each.index));
      throw refusal(`The index knows nothing of ${subject}, but entry ${newest} is shown.`);
    }
    return;
  }
  const row = rows[place];
  const isShort = shared !== null
    && !(same(row.shared, shared) && row.shared.count === shared.count);
  if (!same(row.alone, alone) || isShort) {
    const others = shared === null ? "" : ` and ${shared.index ?? "None"} of ${shared.count}`;
    throw refusal(
      `Something about ${subject} is left out: by the index the last entry about it alone is`
        + ` ${row.alone.index ?? "None"}, the last about it and others`
        + ` ${row.shared.index ?? "None"} of ${row.shared.count};`
        + ` shown are ${alone.index ?? "None"}${others}.`,
    );
  }
}

// The place of the first row that is not below a subject.
function placeOf(rows, hashed) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const isBelow = compareBytes(rows[middle].subject, hashed) < 0;
    [low, high] = isBelow ? [middle + 1, high] : [low, middle];
  }
  return low;
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

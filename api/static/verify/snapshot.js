// The index snapshot: for every subject of the log its last entries, under one root.

import {
  hasExactly, isInteger, isObject, isText, loads, textOf, write,
} from "./canonical.js";
import { rootDecode } from "./batch.js";
import { b64uDecode, sameBytes, uint64 } from "./encoding.js";
import { BadEncoding, BadSnapshot } from "./errors.js";
import { isMoment } from "./integrity.js";

const FORMAT = "batterypassport/index/v1";
export const KIND = "index";
export const ROW_BYTES = 120;
const MAX_BYTES = 4096;
const NONE = 2n ** 64n - 1n;
const NO_HASH = new Uint8Array(32);
const TERMS = ["format", "origin", "size", "rows", "rootHash", "at", "salt"];

// Read a row; refuses another length, a row of no entry, and one entry in both places.
export function decodeRow(data) {
  if (data.length !== ROW_BYTES) {
    const detail = `A row of the index has ${ROW_BYTES} bytes; this has ${data.length}.`;
    throw new BadSnapshot(detail);
  }
  const row = {
    subject: data.subarray(0, 32),
    alone: readPlace(data.subarray(32, 72)),
    shared: { ...readPlace(data.subarray(72, 112)), count: uint64(data, 112) },
  };
  if (row.alone.index === row.shared.index) {
    throw new BadSnapshot("A row of the index names no entry, or one entry in both places.");
  }
  if ((row.shared.count > 0) !== (row.shared.index !== null)) {
    throw new BadSnapshot("A row of the index counts entries that it does not name.");
  }
  return row;
}

// The last entry of one kind: its index, null for none, and its leaf hash.
function readPlace(data) {
  const [index, hash] = [uint64(data), data.subarray(8)];
  if (index !== NONE) { return { index, hash }; }
  if (!sameBytes(hash, NO_HASH)) {
    throw new BadSnapshot("A row of the index has the hash of an entry that it does not name.");
  }
  return { index: null, hash };
}

// Read the document of a snapshot; refuses other terms, shapes and spellings.
export function decode(data) {
  const value = loads(data, { maxBytes: MAX_BYTES, maxDepth: 1 });
  if (!isObject(value) || !hasExactly(value, TERMS) || value.get("format") !== FORMAT) {
    throw new BadSnapshot(`The document is not an index snapshot (${FORMAT}).`);
  }
  if (write(value) !== textOf(data, MAX_BYTES)) {
    throw new BadSnapshot("The index snapshot is not in canonical form (RFC 8785).");
  }
  const [size, rows] = [value.get("size"), value.get("rows")];
  if ([size, rows].some((each) => !isInteger(each) || each < 0)) {
    throw new BadSnapshot("The index snapshot counts something that is no number.");
  }
  if (!isText(value.get("origin")) || !isMoment(value.get("at"))) {
    throw new BadSnapshot("The index snapshot names no origin, or no moment in UTC.");
  }
  try {
    const root = rootDecode(value.get("rootHash"));
    b64uDecode(value.get("salt"), 16);
    return { origin: value.get("origin"), size, rows, root, at: value.get("at") };
  } catch (error) {
    if (!(error instanceof BadEncoding)) { throw error; }
    throw new BadSnapshot(`A hash of the index snapshot is bad: ${error.detail}`);
  }
}

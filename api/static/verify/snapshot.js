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
export const ROW_BYTES = 112;
const MAX_BYTES = 4096;
const NONE = 2n ** 64n - 1n;
const NO_HASH = new Uint8Array(32);
const TERMS = ["format", "origin", "size", "rows", "rootHash", "at", "salt"];

// Read a row; refuses another length, and a last entry after the last of any kind.
export function decodeRow(data) {
  if (data.length !== ROW_BYTES) {
    const detail = `A row of the index has ${ROW_BYTES} bytes; this has ${data.length}.`;
    throw new BadSnapshot(detail);
  }
  const alone = uint64(data, 32);
  const row = {
    subject: data.subarray(0, 32),
    alone: alone === NONE ? null : alone,
    aloneHash: data.subarray(40, 72),
    latest: uint64(data, 72),
    latestHash: data.subarray(80),
  };
  if (!isPossible(row) || row.latest === NONE) {
    throw new BadSnapshot("A row of the index names entries that cannot be the last ones.");
  }
  return row;
}

function isPossible(row) {
  if (row.alone === null) { return sameBytes(row.aloneHash, NO_HASH); }
  return row.alone < row.latest
    || (row.alone === row.latest && sameBytes(row.aloneHash, row.latestHash));
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

// The lists of a provenance bundle, read back one by one: shapes, spellings and order.

import { hasExactly, isInteger, isObject, isText } from "./canonical.js";
import { digestOf } from "./credential.js";
import { b64Decode, b64uDecode, utf8 } from "./encoding.js";
import { BadBundle, BadEncoding } from "./errors.js";
import { SALT_BYTES } from "./leaf.js";
import { ROW_BYTES } from "./snapshot.js";
import { compare } from "./text.js";
import { HASH_BYTES } from "./tree.js";

const MAX_PATH = 128;
const MAX_TIMESTAMPS = 16;
const MAX_PREVIOUS = 256;
const MAX_TOKEN_BYTES = 65536;

const refusal = (detail, pointer) => new BadBundle(detail, { step: 1, pointer });
const numbers = (left, right) => left - right;

// An object with exactly these names; refuses anything else.
function fields(value, names, pointer) {
  if (!isObject(value) || !hasExactly(value, names)) {
    throw refusal(`${pointer} does not have its keys.`, pointer);
  }
  return value;
}

// A list of objects with exactly these names; refuses anything else.
function rows(value, names, pointer) {
  listed(value, pointer).forEach((row, at) => fields(row, names, `${pointer}/${at}`));
  return value;
}

// A list; refuses anything else, and one that is longer than allowed.
export function listed(value, pointer, most = Infinity) {
  if (!Array.isArray(value) || value.length > most) {
    throw refusal(`${pointer} is not a list, or too long.`, pointer);
  }
  return value;
}

export function text(value, pointer) {
  if (!isText(value) || !value) { throw refusal("A text is missing.", pointer); }
  return value;
}

function number(value, pointer) {
  if (!isInteger(value) || value < 0) { throw refusal("A number is missing.", pointer); }
  return value;
}

// Refuse keys out of order, or one that stands twice.
function ascending(keys, pointer, order) {
  for (let at = 1; at < keys.length; at += 1) {
    if (order(keys[at - 1], keys[at]) >= 0) {
      throw refusal(`${pointer} is not in ascending order.`, pointer);
    }
  }
}

function hashes(value, pointer, most) {
  return listed(value, pointer, most).map((each) => {
    if (!isText(each)) { throw new BadEncoding("The value is not base64."); }
    return b64Decode(each, HASH_BYTES);
  });
}

export function evidence(value) {
  const both = fields(value, ["entries", "nodes"], "/evidence");
  const where = "/evidence/entries";
  const entries = rows(both.get("entries"), ["index", "entry"], where).map((row) => ({
    index: number(row.get("index"), where), entry: b64Decode(row.get("entry")),
  }));
  ascending(entries.map((each) => each.index), where, numbers);
  return { entries, nodes: hashes(both.get("nodes"), "/evidence/nodes") };
}

// Stored documents by their digests; refuses one that has another than its name (step 4).
export function documents(value) {
  const found = rows(value, ["digest", "bytes"], "/documents");
  const digests = found.map((row) => text(row.get("digest"), "/documents"));
  ascending(digests, "/documents", compare);
  const kept = found.map((row) => b64Decode(row.get("bytes")));
  kept.forEach((data, at) => {
    if (digestOf(data) !== digests[at]) {
      const detail = `Document ${digests[at]} has another digest than its name.`;
      throw new BadBundle(detail, { step: 4, pointer: `/documents/${at}` });
    }
  });
  return new Map(kept.map((data, at) => [digests[at], data]));
}

function some(value, names, where) {
  const found = rows(value, names, `${where}/rows`);
  if (!found.length) { throw refusal("A group has no rows.", where); }
  return found;
}

export function items(value) {
  const found = rows(value, ["batch", "rows", "nodes"], "/items");
  ascending(found.map((row) => text(row.get("batch"), "/items")), "/items", compare);
  return found.map((group, at) => itemsOf(group, `/items/${at}`));
}

function itemsOf(group, where) {
  const kept = some(group.get("rows"), ["index", "item"], where).map((row) => ({
    index: number(row.get("index"), where), item: b64Decode(row.get("item")),
  }));
  ascending(kept.map((each) => each.index), where, numbers);
  b64uDecode(group.get("batch"), 32);
  return { batch: group.get("batch"), rows: kept, nodes: hashes(group.get("nodes"), where) };
}

export function members(value) {
  const found = rows(value, ["entry", "rows", "nodes"], "/members");
  ascending(found.map((row) => number(row.get("entry"), "/members")), "/members", numbers);
  return found.map((group, at) => membersOf(group, `/members/${at}`));
}

function membersOf(group, where) {
  const kept = some(group.get("rows"), ["id", "index"], where).map((row) => ({
    index: number(row.get("index"), where), id: text(row.get("id"), where),
  }));
  ascending(kept.map((each) => each.index), where, numbers);
  const entry = number(group.get("entry"), where);
  return { entry, rows: kept, nodes: hashes(group.get("nodes"), where) };
}

export function subjects(value) {
  const found = rows(value, ["id", "salt"], "/subjects");
  const ids = found.map((row) => text(row.get("id"), "/subjects"));
  ascending(ids, "/subjects", compare);
  return new Map(found.map((row, at) => [ids[at], b64uDecode(row.get("salt"), SALT_BYTES)]));
}

// Which batteries are directly inside which.
export function components(value) {
  const found = rows(value, ["parent", "children"], "/components");
  const parents = found.map((row) => text(row.get("parent"), "/components"));
  ascending(parents, "/components", compare);
  return new Map(found.map((row, at) => {
    const where = `/components/${at}/children`;
    const children = listed(row.get("children"), where).map((each) => text(each, where));
    if (!children.length) { throw refusal("A parent has no children.", where); }
    ascending(children, where, compare);
    return [parents[at], children];
  }));
}

// The last checkpoints under older origins, and their paths to the newest one.
export function previous(value) {
  const found = rows(value, ["checkpoint", "path"], "/previous");
  listed(value, "/previous", MAX_PREVIOUS);
  return found.map((row, at) => ({
    checkpoint: utf8(text(row.get("checkpoint"), `/previous/${at}`)),
    path: hashes(row.get("path"), `/previous/${at}/path`, MAX_PATH),
  }));
}

// The rows of an index snapshot; null when the bundle shows none.
export function index(value) {
  if (value === null) { return null; }
  const whole = fields(value, ["entry", "rows", "nodes"], "/index");
  const where = "/index/rows";
  const kept = rows(whole.get("rows"), ["at", "row"], where).map((row) => ({
    at: number(row.get("at"), where), row: b64Decode(row.get("row"), ROW_BYTES),
  }));
  ascending(kept.map((each) => each.at), where, numbers);
  const entry = number(whole.get("entry"), "/index/entry");
  return { entry, rows: kept, nodes: hashes(whole.get("nodes"), "/index/nodes") };
}

// Tokens of time-stamping authorities, as DER bytes of at most 64 KB each.
export function timestamps(value) {
  const tokens = listed(value, "/timestamps", MAX_TIMESTAMPS).map((each) => b64Decode(each));
  if (tokens.some((each) => !each.length || each.length > MAX_TOKEN_BYTES)) {
    throw refusal("A time stamp is empty or too long.", "/timestamps");
  }
  return tokens;
}

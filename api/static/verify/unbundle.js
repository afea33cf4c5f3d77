// Reading a provenance bundle back: step 1 of verifying it, shapes and spellings only.

import {
  encode, hasExactly, isInteger, isObject, isText, loads, object, textOf, write,
} from "./canonical.js";
import { digestOf } from "./credential.js";
import { utf8 } from "./encoding.js";
import { BadBundle, ProofError } from "./errors.js";
import * as parts from "./parts.js";
import { length } from "./text.js";

const FORMAT = "batterypassport/bundle/v1";
export const MAX_BYTES = 64 * 2 ** 20;
const MAX_TITLE = 200;
const SHOWN = ["documents", "items", "members", "subjects", "index", "previous"];
const NAMES = [
  "format", "record", "checkpoint", "evidence", "components", "timestamps", ...SHOWN,
];
// An empty object takes 3 bytes here and 72 in memory; no row of a bundle is as short as this.
const FEW_PARTS = 1000;
const LEAST_PART = 20;
const SUBJECT = "/record/credentialSubject";

const refusal = (detail, pointer = "") => new BadBundle(detail, { step: 1, pointer });

// Read a bundle. Refuses any byte that is not in canonical place.
export function read(data) {
  const many = data.reduce((count, each) => count + (each === 0x7b || each === 0x5b ? 1 : 0), 0);
  if (many > FEW_PARTS + Math.floor(data.length / LEAST_PART)) {
    throw refusal("The file has more parts than a bundle of its size.");
  }
  try {
    const value = loads(data, { maxBytes: MAX_BYTES });
    if (!isObject(value) || write(value) !== textOf(data, MAX_BYTES)) {
      throw refusal("The file is not in canonical form (RFC 8785).");
    }
    return readParts(value);
  } catch (error) {
    if (error instanceof BadBundle || !(error instanceof ProofError)) { throw error; }
    throw refusal(error.detail, error.pointer);
  }
}

function readParts(value) {
  if (value.get("format") !== FORMAT || !hasExactly(value, NAMES)) {
    throw refusal(`The file is not a bundle (${FORMAT}).`);
  }
  const record = value.get("record");
  const subject = isObject(record) ? record.get("credentialSubject") : null;
  if (!isObject(subject)) { throw refusal("The record has no subject.", "/record"); }
  const evidence = parts.evidence(value.get("evidence"));
  return {
    batteries: batteries(subject.get("batteries")),
    title: title(subject),
    checkpoint: utf8(parts.text(value.get("checkpoint"), "/checkpoint")),
    previous: parts.previous(value.get("previous")),
    evidence,
    documents: parts.documents(value.get("documents")),
    items: parts.items(value.get("items")),
    members: parts.members(value.get("members")),
    salts: parts.subjects(value.get("subjects")),
    components: parts.components(value.get("components")),
    index: parts.index(value.get("index")),
    timestamps: parts.timestamps(value.get("timestamps")),
    record: encode(record),
    componentsDigest: digestOf(encode(value.get("components"))),
    shownDigest: digestOf(encode(object(
      Object.fromEntries(SHOWN.map((name) => [name, value.get(name)])),
    ))),
  };
}

// The batteries asked about and their last sequences; -1 where there is no entry.
function batteries(value) {
  const where = `${SUBJECT}/batteries`;
  const asked = new Map();
  for (const row of parts.listed(value, where)) {
    const sequence = isObject(row) ? row.get("lastSequence") : null;
    if (!isInteger(sequence) || sequence < -1) {
      throw refusal("A battery of the record is misshapen.", where);
    }
    asked.set(parts.text(row.get("id"), where), sequence);
  }
  if (!asked.size) { throw refusal("The record is about no battery.", where); }
  return asked;
}

function title(subject) {
  const found = subject.has("title") ? subject.get("title") : "";
  if (!isText(found) || length(found) > MAX_TITLE || subject.has("title") !== (found !== "")) {
    throw refusal("The title is not a short text.", `${SUBJECT}/title`);
  }
  return found;
}

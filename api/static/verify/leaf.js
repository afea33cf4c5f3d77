// The log entry, version 1: what the log says of a document without showing it.

import { hasExactly, isInteger, isObject, isText, textOf, loads, write } from "./canonical.js";
import { b64uDecode, concat, sameBytes, utf8 } from "./encoding.js";
import { BadEncoding, BadLeaf } from "./errors.js";
import { isMoment } from "./integrity.js";
import { sha256 } from "./sha256.js";

const VERSION = 1;
const MAX_BYTES = 512;
export const SALT_BYTES = 16;
const KINDS = [
  "attestation", "batch", "event", "key", "correction", "erasure", "index", "backup",
  "previous-log", "heartbeat",
];
// What somebody signs, and what the service says of itself.
const SIGNED = ["attestation", "batch", "key", "correction"];
const OWN = ["index", "backup", "previous-log", "heartbeat"];
const KEYS = [..."vkdmnsqpt"];

// Read an entry; refuses bytes not in canonical form, other keys, and impossible fields.
export function decode(data) {
  const value = loads(data, { maxBytes: MAX_BYTES, maxDepth: 1 });
  if (!isObject(value) || !hasExactly(value, KEYS)) {
    throw new BadLeaf("The entry does not have exactly the keys of a leaf of version 1.");
  }
  if (value.get("v") !== VERSION) { throw new BadLeaf("The entry is not of version 1."); }
  if (value.get("m") !== null && !isText(value.get("m"))) {
    throw new BadLeaf("The method of the entry is not text.");
  }
  if (write(value) !== textOf(data, MAX_BYTES)) {
    throw new BadLeaf("The entry is not in canonical form (RFC 8785).");
  }
  const leaf = fieldsOf(value);
  check(leaf);
  return leaf;
}

function fieldsOf(value) {
  const hash = (name) => (value.get(name) === null ? null : b64uDecode(value.get(name), 32));
  try {
    return {
      kind: value.get("k"),
      digest: b64uDecode(value.get("d"), 32),
      method: value.get("m"),
      count: value.get("n"),
      subject: hash("s"),
      sequence: value.get("q"),
      previous: hash("p"),
      at: value.get("t"),
    };
  } catch (error) {
    if (!(error instanceof BadEncoding)) { throw error; }
    throw new BadLeaf(`A hash in the entry is bad: ${error.detail}`);
  }
}

function check(leaf) {
  if (!KINDS.includes(leaf.kind) || !isMoment(leaf.at)) {
    throw new BadLeaf("The entry has an unknown kind, or a time that is not a moment in UTC.");
  }
  if (!isInteger(leaf.count) || leaf.count < 0 || (leaf.count > 0) !== (leaf.subject !== null)) {
    throw new BadLeaf("The entry has a count that does not fit its subject.");
  }
  if ((leaf.method !== null) !== SIGNED.includes(leaf.kind)) {
    throw new BadLeaf("An entry names a method just when its kind is one that is signed.");
  }
  if (OWN.includes(leaf.kind) && leaf.count) {
    throw new BadLeaf("What the service logs of itself is about nobody.");
  }
  if (leaf.kind === "key" && (leaf.count !== 1 || !sameBytes(leaf.subject, issuerOf(leaf)))) {
    throw new BadLeaf("A key event stands in the chain of its issuer, under that one's salt.");
  }
  checkChain(leaf);
}

// The subject of an issuer, from the name of a key: no second chain hides its revocation.
function issuerOf({ method }) {
  const [did] = method.split("#");
  return subjectHash(issuerSalt(did), did);
}

// An entry about one subject stands in that subject's chain; any other in none.
function checkChain(leaf) {
  if (leaf.count !== 1) {
    if (leaf.sequence !== null || leaf.previous !== null) {
      throw new BadLeaf("An entry about many, or about nobody, has no sequence.");
    }
    return;
  }
  if (!isInteger(leaf.sequence) || leaf.sequence < 0) {
    throw new BadLeaf("An entry about one subject needs a sequence number.");
  }
  if ((leaf.sequence > 0) !== (leaf.previous !== null)) {
    throw new BadLeaf("Only the first entry of a subject has no previous one.");
  }
}

// SHA-256(salt ‖ subject id).
export function subjectHash(salt, subject) {
  if (salt.length !== SALT_BYTES) {
    throw new BadLeaf(
      `The salt of a subject has ${SALT_BYTES} bytes; this has ${salt.length}.`,
    );
  }
  return sha256(concat(salt, utf8(subject)));
}

// The salt of an issuer: not secret, so that anybody can list its key events.
export function issuerSalt(did) {
  return sha256(utf8(`batterypassport/issuer/v1\n${did}`)).slice(0, SALT_BYTES);
}

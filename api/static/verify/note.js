// Signed notes (C2SP signed-note): a text, and lines of signatures below it.

import { b64Decode, concat, hex, sameBytes, uint64, utf8 } from "./encoding.js";
import { BadEncoding, BadNote } from "./errors.js";
import { decode } from "./canonical.js";
import * as keys from "./keys.js";
import { sha256 } from "./sha256.js";
import { first, quoted } from "./text.js";

export const ED25519 = 1;
export const COSIGNATURE = 4;
const MAX_BYTES = 65536;
const MAX_SIGNATURES = 100;
const DASH = "— ";
// White space is what Python's \s is: it knows U+0085, and U+FEFF is none.
const SPACE = "\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const NAME = new RegExp(`^[^+\\x00-\\x20\\x7f${SPACE}]{1,200}$`, "u");
const CONTROL = /[\x00-\x09\x0b-\x1f]/;

// A key that may sign notes: its name, algorithm and 32 public bytes.
class Verifier {
  constructor(name, algorithm, publicKey) {
    this.name = name;
    this.algorithm = algorithm;
    this.publicKey = publicKey;
    const text = concat(utf8(`${name}\n`), Uint8Array.of(algorithm), publicKey);
    this.keyId = hex(sha256(text).subarray(0, 4));
  }
}

// Refuse a key name with white space, a plus sign or control characters.
export function checkName(name) {
  if (!NAME.test(name)) {
    const detail = `${quoted(first(name, 80))} is not a key name.`;
    throw new BadNote(detail, { remedy: "Use a name like example.org/a." });
  }
}

function decoded(text, whose) {
  try {
    return b64Decode(text);
  } catch (error) {
    if (!(error instanceof BadEncoding)) { throw error; }
    throw new BadNote(`${whose} is not base64: ${error.detail}`);
  }
}

function partition(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

// Read a verifier key; refuses another spelling, a wrong key id, an unacceptable key.
export function parseVkey(text) {
  const [name, rest] = partition(text, "+");
  const [identity, material] = partition(rest, "+");
  checkName(name);
  const data = decoded(material, `The key of ${name}`);
  if (data.length !== 33 || (data[0] !== ED25519 && data[0] !== COSIGNATURE)) {
    throw new BadNote(`The key of ${name} is of an algorithm that is not known here.`);
  }
  keys.checkPublicKey(data.subarray(1));
  const verifier = new Verifier(name, data[0], data.slice(1));
  if (verifier.keyId !== identity) {
    throw new BadNote(`The key id of ${name} does not belong to its key.`);
  }
  return verifier;
}

// Split a note into its text and signature lines; refuses any other shape.
export function parse(data) {
  if (data.length > MAX_BYTES) {
    throw new BadNote(`The note has more than ${MAX_BYTES} bytes.`);
  }
  const whole = decode(data);
  if (whole === null) { throw new BadNote("The note is not UTF-8."); }
  const at = whole.lastIndexOf("\n\n");
  const below = whole.slice(at + 2);
  if (at < 0 || !below.endsWith("\n") || CONTROL.test(whole)) {
    throw new BadNote("The note is not a text, an empty line and signature lines.");
  }
  const lines = below.split("\n").slice(0, -1);
  if (lines.length > MAX_SIGNATURES) {
    throw new BadNote(`The note has more than ${MAX_SIGNATURES} signatures.`);
  }
  return { text: whole.slice(0, at + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const bare = line.startsWith(DASH) ? line.slice(DASH.length) : line;
  const [name, encoded] = partition(bare, " ");
  if (!line.startsWith(DASH) || !NAME.test(name)) {
    throw new BadNote(`${quoted(first(line, 80))} is not a signature line.`);
  }
  const value = decoded(encoded, `The signature of ${name}`);
  if (value.length < 5) { throw new BadNote(`The signature of ${name} is too short.`); }
  return { name, keyId: hex(value.subarray(0, 4)), value: value.slice(4) };
}

const identityOf = (each) => `${each.name} ${each.keyId}`;

// Open a note: signatures of known keys must verify, those of others are set aside. Refuses a
// malformed note, a known key whose signature is wrong or stands twice, and a note that no known
// key signed.
export async function verify(data, verifiers) {
  const { text, signatures } = parse(data);
  const known = new Map(verifiers.map((each) => [identityOf(each), each]));
  const verified = new Map();
  const unknown = [];
  for (const signature of signatures) {
    const who = identityOf(signature);
    if (verified.has(who)) { throw new BadNote(`${signature.name} has signed twice.`); }
    if (known.has(who)) {
      const seconds = await verifyOne(known.get(who), text, signature);
      verified.set(who, { verifier: known.get(who), seconds });
    } else {
      unknown.push(signature);
    }
  }
  if (!verified.size) { throw new BadNote("No known key has signed the note."); }
  return { text, verified: [...verified.values()], unknown };
}

// Verify one signature; returns the POSIX time of a cosignature, else null.
async function verifyOne(verifier, text, signature) {
  if (verifier.algorithm === ED25519) {
    await keys.verify(verifier.publicKey, utf8(text), signature.value);
    return null;
  }
  if (signature.value.length !== 72) {
    throw new BadNote(`The cosignature of ${verifier.name} has a wrong length.`);
  }
  const seconds = uint64(signature.value);
  if (seconds >= 2n ** 63n) {
    throw new BadNote(`The cosignature of ${verifier.name} has an impossible time.`);
  }
  const message = utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
  await keys.verify(verifier.publicKey, message, signature.value.subarray(8));
  return seconds;
}

export const sameKey = (left, right) => sameBytes(left.publicKey, right.publicKey);

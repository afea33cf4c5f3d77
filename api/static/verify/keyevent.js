// Key events: a maker's key comes into force, is replaced or withdrawn, by an entry in the log.

import { encode, isInteger, isText } from "./canonical.js";
import * as credential from "./credential.js";
import { parseMethod } from "./did.js";
import { b64uDecode } from "./encoding.js";
import { BadCredential, BadSignature, ProofError, UnknownKey } from "./errors.js";
import * as keys from "./keys.js";
import { KEY_EVENT } from "./kinds.js";
import { length } from "./text.js";

const ADD = "add";
export const ROTATE = "rotate";
export const REVOKE = "revoke";
export const HOSTED = "hosted";
const REASONS = ["keyCompromise", "superseded", "cessationOfOperation"];
const NEW = ["op", "did", "method", "publicKeyMultibase", "challenge"];
const TERMS = new Map([
  [ADD, NEW],
  [ROTATE, [...NEW, "replaces", "possession"]],
  [REVOKE, ["op", "did", "method", "reason", "challenge"]],
]);
const OPTIONAL = new Map([[ADD, "custody"], [ROTATE, "custody"], [REVOKE, "suspectFromIndex"]]);
const MAX_TEXT = 256;
const SUBJECT = "/credentialSubject";

const refusal = (detail, pointer) => new BadCredential(detail, { pointer });

// Read a key event and verify who signed it: an add by the key that it adds; a rotation by the
// key that it replaces and by the new one; a revocation by a key that `resolve` knows.
export async function read(data, resolve) {
  const claimed = credential.read(data);
  if (claimed.kind !== KEY_EVENT) {
    throw refusal("The credential is not a KeyEvent.", "/type");
  }
  const { subject } = claimed;
  checkTerms(subject);
  const methods = [subject.get("method"), subject.get("replaces") ?? subject.get("method")];
  const dids = [...methods.map(didOf), subject.get("did")];
  if (dids.some((each) => each !== claimed.issuer)) {
    throw refusal("The key belongs to another DID.", `${SUBJECT}/did`);
  }
  if (subject.get("op") === ADD) { return readAdd(data, subject); }
  return subject.get("op") === ROTATE
    ? readRotate(data, subject, resolve) : readRevoke(data, subject, resolve);
}

function didOf(method) {
  try {
    return parseMethod(method)[0];
  } catch (error) {
    if (!(error instanceof ProofError)) { throw error; }
    throw refusal(error.detail, `${SUBJECT}/method`);
  }
}

function checkTerms(subject) {
  const wanted = TERMS.get(subject.get("op"));
  const names = [...subject.keys()].filter((each) => each !== OPTIONAL.get(subject.get("op")));
  if (!wanted || names.length !== wanted.length || wanted.some((each) => !subject.has(each))) {
    throw refusal(
      "The key event must be an add, a rotate or a revoke with exactly its terms.", SUBJECT,
    );
  }
  for (const term of [...wanted].sort()) {
    const value = subject.get(term);
    if (!isText(value) || !value || length(value) > MAX_TEXT) {
      throw refusal(`${term} is not a short text.`, `${SUBJECT}/${term}`);
    }
  }
  if (subject.has("custody") && subject.get("custody") !== HOSTED) {
    throw refusal(`custody is ${HOSTED}, or left out.`, `${SUBJECT}/custody`);
  }
}

function newKey(subject) {
  const publicKey = keys.multikeyDecode(subject.get("publicKeyMultibase"));
  keys.checkNewKey(publicKey);
  return publicKey;
}

async function readAdd(data, subject) {
  const publicKey = newKey(subject);
  const onlyItself = (method) => {
    if (method !== subject.get("method")) {
      throw new UnknownKey("A key is added by its own signature, as proof of possession.");
    }
    return publicKey;
  };
  return eventOf(await credential.verify(data, onlyItself), { publicKey });
}

async function readRotate(data, subject, resolve) {
  const publicKey = newKey(subject);
  const shown = new Map([...subject].filter(([term]) => term !== "possession"));
  const signature = b64uDecode(subject.get("possession"), 64);
  try {
    await keys.verify(publicKey, encode(shown), signature);
  } catch (error) {
    if (!(error instanceof BadSignature)) { throw error; }
    const pointer = `${SUBJECT}/possession`;
    throw new BadSignature("The new key did not sign the rotation.", { pointer });
  }
  const signed = await credential.verify(data, resolve);
  if (subject.get("replaces") !== signed.method || subject.get("method") === signed.method) {
    throw refusal(
      "A rotation is signed by the key that goes, and another comes.", `${SUBJECT}/replaces`,
    );
  }
  return eventOf(signed, { publicKey });
}

async function readRevoke(data, subject, resolve) {
  const suspectFrom = subject.get("suspectFromIndex") ?? null;
  if (suspectFrom !== null && (!isInteger(suspectFrom) || suspectFrom < 0)) {
    throw refusal("suspectFromIndex is not a log index.", SUBJECT);
  }
  if (!REASONS.includes(subject.get("reason"))) {
    throw refusal(`reason must be one of ${REASONS.join(", ")}.`, SUBJECT);
  }
  return eventOf(await credential.verify(data, resolve), { suspectFrom });
}

function eventOf(signed, { publicKey = null, suspectFrom = null }) {
  return {
    op: signed.subject.get("op"),
    did: signed.issuer,
    method: signed.subject.get("method"),
    credential: signed,
    publicKey,
    reason: signed.subject.get("reason") ?? null,
    suspectFrom,
    replaces: signed.subject.get("replaces") ?? null,
    custody: signed.subject.get("custody") ?? null,
  };
}

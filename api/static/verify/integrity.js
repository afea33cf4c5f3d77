// W3C Data Integrity with the suite eddsa-jcs-2022: a proof inside the document it signs.

import { encode, equal, isObject, isText } from "./canonical.js";
import { b58Decode, concat } from "./encoding.js";
import { BadCredential, BadEncoding, BadSignature } from "./errors.js";
import * as keys from "./keys.js";
import { sha256 } from "./sha256.js";

const SUITE = "eddsa-jcs-2022";
const TERMS = [
  "type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue",
];
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,6}))?Z$/;

const refusal = (detail, pointer) => new BadCredential(detail, { pointer });

// Tell whether a value is an RFC 3339 moment in UTC, written with T and Z, in the calendar.
export function isMoment(value) {
  const found = isText(value) ? MOMENT.exec(value) : null;
  if (!found) { return false; }
  const [year, month, day] = found.slice(1, 4).map(Number);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year, month) {
  if (month === 2) { return year % 4 || (!(year % 100) && year % 400) ? 28 : 29; }
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

// A moment as text that sorts as moments do, to the microsecond.
export function momentKey(value) {
  const [, year, month, day, time, fraction = ""] = MOMENT.exec(value);
  return `${year}-${month}-${day}T${time}.${fraction.padEnd(6, "0")}`;
}

// The POSIX seconds of a moment, and its microseconds.
export function secondsOf(value) {
  const [, year, month, day, time, fraction = ""] = MOMENT.exec(value);
  const seconds = Date.parse(`${year}-${month}-${day}T${time}Z`) / 1000;
  return [seconds, Number(fraction.padEnd(6, "0"))];
}

function without(value, name) {
  return new Map([...value].filter(([each]) => each !== name));
}

// The 64 bytes that are signed: hash of the options, hash of the document (§3.3.4).
function hashData(document, proof) {
  return concat(
    sha256(encode(without(proof, "proofValue"))), sha256(encode(without(document, "proof"))),
  );
}

function hasTerms(proof) {
  const names = [...proof.keys()].filter((each) => each !== "@context");
  return names.length === TERMS.length && TERMS.every((each) => proof.has(each));
}

// Read the one proof of a document; refuses other suites, purposes, terms and contexts.
export function optionsOf(document) {
  const proof = document.get("proof");
  if (!isObject(proof) || !hasTerms(proof)) {
    throw refusal("The document needs one proof with exactly its terms.", "/proof");
  }
  if (proof.get("type") !== "DataIntegrityProof" || proof.get("cryptosuite") !== SUITE) {
    throw refusal(`The proof must be a DataIntegrityProof of ${SUITE}.`, "/proof");
  }
  if (proof.get("proofPurpose") !== "assertionMethod") {
    throw refusal("The proof must be an assertionMethod.", "/proof/proofPurpose");
  }
  const contexts = [proof, document].map((each) => each.get("@context") ?? null);
  if (!equal(contexts[0], contexts[1])) {
    throw refusal("The proof has another @context.", "/proof/@context");
  }
  if (!isMoment(proof.get("created"))) {
    throw refusal("created is not a moment in UTC.", "/proof/created");
  }
  if (!isText(proof.get("verificationMethod"))) {
    throw refusal("The method is not text.", "/proof/verificationMethod");
  }
  return { method: proof.get("verificationMethod"), created: proof.get("created") };
}

// Refuse unless the proof of the document verifies under the key (vc-di-eddsa §3.3.2).
export async function verify(document, publicKey) {
  optionsOf(document);
  const proof = document.get("proof");
  const value = proof.get("proofValue");
  if (!isText(value) || !value.startsWith("z")) {
    throw refusal("proofValue is not base58btc.", "/proof/proofValue");
  }
  try {
    const signature = b58Decode(value.slice(1), 64);
    await keys.verify(publicKey, hashData(document, proof), signature);
  } catch (error) {
    if (!(error instanceof BadEncoding)) { throw error; }
    throw new BadSignature(error.detail, { pointer: "/proof/proofValue" });
  }
}

// Signed claims: the profile of W3C Verifiable Credentials 2.0 that the service takes.

import { equal, isObject, isText, loads } from "./canonical.js";
import { parseDid, parseMethod } from "./did.js";
import { b64uEncode } from "./encoding.js";
import { BadCredential } from "./errors.js";
import * as integrity from "./integrity.js";
import * as kinds from "./kinds.js";
import { sha256 } from "./sha256.js";
import { quoted, smallest } from "./text.js";

const CONTEXTS = [
  "https://www.w3.org/ns/credentials/v2", "https://batterypassport.example/ns/v1",
];
const REQUIRED = ["@context", "type", "issuer", "validFrom", "credentialSubject", "proof"];
const OPTIONAL = ["id", "validUntil"];

const refusal = (detail, pointer = "", remedy = "") => (
  new BadCredential(detail, { pointer, remedy })
);

// The digest under which the log knows stored bytes, as base64url.
export const digestOf = (data) => b64uEncode(sha256(data));

// Read a credential and refuse it unless its issuer's key signed it; `resolve` gives the public
// key of a method, or refuses it as unknown.
export async function verify(data, resolve) {
  const credential = read(data);
  await integrity.verify(credential.document, resolve(credential.method));
  return credential;
}

// Read a credential without checking its signature.
export function read(data) {
  const document = loads(data);
  if (!isObject(document)) { throw refusal("A credential is a JSON object."); }
  const kind = checkEnvelope(document);
  const subject = document.get("credentialSubject");
  checkSubject(kind, subject);
  const options = integrity.optionsOf(document);
  const issuer = parseDid(document.get("issuer")).did;
  if (parseMethod(options.method)[0] !== issuer) {
    throw refusal(
      `The method ${options.method} does not belong to the issuer ${issuer}.`,
      "/proof/verificationMethod",
    );
  }
  const id = subject.get("id");
  return {
    document, kind, issuer, subject,
    method: options.method,
    created: options.created,
    digest: digestOf(data),
    // What the claim is about; null for a batch.
    subjectId: isText(id) ? id : null,
  };
}

function checkEnvelope(document) {
  const names = [...document.keys()];
  const unknown = names.filter((each) => !REQUIRED.includes(each) && !OPTIONAL.includes(each));
  if (unknown.length) {
    const term = smallest(unknown);
    const detail = `The term ${quoted(term)} is unknown, so a signature over it means nothing.`;
    throw refusal(detail, `/${term}`, "Remove it before signing.");
  }
  const missing = smallest(REQUIRED.filter((each) => !document.has(each)));
  if (missing !== undefined) {
    throw refusal(`The term ${quoted(missing)} is missing.`, `/${missing}`);
  }
  if (!equal(document.get("@context"), CONTEXTS)) {
    const contexts = `[${CONTEXTS.map(quoted).join(", ")}]`;
    throw refusal(`@context must be exactly ${contexts}.`, "/@context");
  }
  if (document.has("id") && !isText(document.get("id"))) {
    throw refusal("id is not text.", "/id");
  }
  for (const term of ["validFrom", "validUntil"]) {
    if (document.has(term) && !integrity.isMoment(document.get(term))) {
      throw refusal(`${term} is not a moment in UTC.`, `/${term}`);
    }
  }
  return kindOf(document.get("type"));
}

function kindOf(types) {
  const kind = Array.isArray(types) && types.length === 2 && types[0] === "VerifiableCredential"
    ? types[1] : null;
  if (kinds.KINDS.includes(kind)) { return kind; }
  const all = kinds.KINDS.join(", ");
  throw refusal(`type must be VerifiableCredential and one of ${all}.`, "/type");
}

function checkSubject(kind, subject) {
  if (!isObject(subject)) {
    throw refusal("credentialSubject is not an object.", "/credentialSubject");
  }
  kinds.check(kind, subject);
}

// What an issuer's own domain said of its keys, as the log holds it.

import { hasExactly, isObject, isText, loads } from "./canonical.js";
import { b64Decode, b64uDecode } from "./encoding.js";
import { ProofError } from "./errors.js";

const FORMAT = "batterypassport/did-document/v1";
const MAX_BYTES = 65536;
const SALT_BYTES = 16;
const TERMS = ["format", "did", "url", "fetchedAt", "answer", "trouble", "salt"];

// Whether this is an answer of the domain of a DID, in its form.
export function isOf(data, did) {
  try {
    const value = loads(data);
    if (!isObject(value) || !hasExactly(value, TERMS) || value.get("format") !== FORMAT) {
      return false;
    }
    b64uDecode(value.get("salt"), SALT_BYTES);
    const texts = ["did", "url", "fetchedAt", "trouble"].map((term) => value.get(term));
    const body = b64Decode(value.get("answer"));
    return texts.every(isText) && body.length <= MAX_BYTES && value.get("did") === did;
  } catch (error) {
    if (!(error instanceof ProofError)) { throw error; }
    return false;
  }
}

// Whether a key is its issuer's by the word of the issuer's own domain, and whose domain it is.

import { equal, isObject, loads, object } from "./canonical.js";
import { parseDid } from "./did.js";
import * as keys from "./keys.js";

// A verifier has no clock that it could trust: an end of any date is an end.
const ENDED = ["revoked", "expires"];

const hostOf = (name) => name.split(":")[0];

// The hosts that the operator answers for: of its logs and of its record keys. A DID document from
// there vouches for nothing: the operator writes it.
export function serviceHosts(policy, origin) {
  const logs = [origin, ...policy.logs.keys()].map((each) => hostOf(each.split("/")[0]));
  const records = policy.recordIssuers().map((issuer) => hostOf(parseDid(issuer).host));
  return [...new Set([...logs, ...records])];
}

// Whether a did:web name lies on one of these hosts, or below one.
export function isOn(name, hosts) {
  const host = hostOf(parseDid(name).host);
  return hosts.some((each) => host === each || host.endsWith(`.${each}`));
}

// Whether a DID document lists this key for assertions, and in force (CID 1.0 §2.2).
export function lists(document, { did, method, publicKey }) {
  const value = loads(document);
  if (!isObject(value) || value.get("id") !== did) { return false; }
  const [methods, assertions] = [value.get("verificationMethod"), value.get("assertionMethod")];
  const wanted = object({
    id: method,
    type: "Multikey",
    controller: did,
    publicKeyMultibase: keys.multikeyEncode(publicKey),
  });
  return Array.isArray(methods) && Array.isArray(assertions) && assertions.includes(method)
    && methods.some((each) => isObject(each)
      && [...wanted].every(([name, text]) => equal(each.get(name), text))
      && !ENDED.some((name) => each.has(name)));
}

// did:web names of issuers, and the method ids of their keys.

import { BadDid } from "./errors.js";
import { first, length, quoted } from "./text.js";

const MAX_METHOD = 255;
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^(${LABEL}(?:\\.${LABEL})*)(?:%3A([1-9][0-9]{0,4}))?$`);
const PART = /^[A-Za-z0-9._-]{1,64}$/;
const FRAGMENT = PART;
const PREFIX = "did:web:";
const REMEDY = "Write did:web:your-domain.example, in lower case; a port is written %3A8443.";

const refusal = (detail) => new BadDid(detail, { remedy: REMEDY });

// Read a did:web name; refuses other methods, upper-case hosts, empty or dotted paths.
export function parseDid(text) {
  if (typeof text !== "string" || length(text) > 256 || !text.startsWith(PREFIX)) {
    throw refusal("The issuer is not a did:web name.");
  }
  const [host, ...path] = text.slice(PREFIX.length).split(":");
  const match = HOST.exec(host);
  if (!match || Number(match[2] || 0) > 65535) {
    throw refusal(`${quoted(first(host, 80))} is not a host that a did:web name can have.`);
  }
  if (path.some((part) => !PART.test(part) || part === "." || part === "..")) {
    throw refusal("The path of the did:web name is not plain.");
  }
  return { did: text, host: host.replace("%3A", ":"), path };
}

// Split a verification method into DID and fragment; refuses one without a fragment.
export function parseMethod(text) {
  const parts = typeof text === "string" ? text.split("#") : [];
  if (parts.length !== 2) {
    throw refusal("A verification method is a DID, then # and a name.");
  }
  if (length(text) > MAX_METHOD) {
    throw refusal(`A verification method has at most ${MAX_METHOD} characters.`);
  }
  if (!FRAGMENT.test(parts[1])) {
    throw refusal("The name of the key holds characters it cannot have.");
  }
  return [parseDid(parts[0]).did, parts[1]];
}

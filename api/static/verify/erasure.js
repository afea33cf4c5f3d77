// What the service logs when it erases content on lawful demand: the fact stays.

import { hasExactly, isObject, isText, loads, textOf, write } from "./canonical.js";
import { b64uDecode } from "./encoding.js";
import { BadErasure } from "./errors.js";
import { isMoment } from "./integrity.js";
import { length } from "./text.js";
import { SALT_BYTES } from "./vocabulary.js";

const FORMAT = "batterypassport/erasure/v1";
export const KIND = "erasure";
const MAX_BYTES = 4096;
const MAX_REASON = 300;
const TERMS = ["format", "digest", "reason", "at", "salt"];

// Read the document of an erasure; refuses other terms, shapes and spellings.
export function decode(data) {
  const value = loads(data, { maxBytes: MAX_BYTES, maxDepth: 1 });
  const bare = isObject(value)
    ? new Map([...value].filter(([name]) => name !== "battery")) : new Map();
  if (!hasExactly(bare, TERMS)) {
    throw new BadErasure("The document does not have exactly the terms of an erasure.");
  }
  if (value.get("format") !== FORMAT || write(value) !== textOf(data, MAX_BYTES)) {
    throw new BadErasure(`The document is not an erasure in canonical form (${FORMAT}).`);
  }
  const reason = value.get("reason");
  const battery = value.get("battery") ?? null;
  if (!isText(reason) || !reason || length(reason) > MAX_REASON) {
    throw new BadErasure("The erasure gives no short reason.");
  }
  if ((battery !== null && !isText(battery)) || !isMoment(value.get("at"))) {
    throw new BadErasure("The erasure names no moment in UTC, or a battery that is no text.");
  }
  b64uDecode(value.get("digest"), 32);
  b64uDecode(value.get("salt"), SALT_BYTES);
  return { digest: value.get("digest"), reason, at: value.get("at"), battery };
}

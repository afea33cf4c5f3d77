// Base64, base64url and base58btc, each in its only spelling: another spelling is refused.

import { BadEncoding } from "./errors.js";
import { length, quoted } from "./text.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64 = `${LETTERS}+/`;
const BASE64URL = `${LETTERS}-_`;
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const NO_VALUE = 255;

function valuesOf(alphabet) {
  const values = new Uint8Array(128).fill(NO_VALUE);
  for (let at = 0; at < alphabet.length; at += 1) { values[alphabet.charCodeAt(at)] = at; }
  return values;
}

const VALUES64 = valuesOf(BASE64);
const VALUES64U = valuesOf(BASE64URL);
const VALUES58 = valuesOf(BASE58);

export const utf8 = (text) => new TextEncoder().encode(text);

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, each) => size + each.length, 0));
  let at = 0;
  for (const each of parts) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

export function compareBytes(left, right) {
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at += 1) {
    if (left[at] !== right[at]) { return left[at] - right[at]; }
  }
  return left.length - right.length;
}

export function sameBytes(left, right) {
  return compareBytes(left, right) === 0;
}

export function hex(data) {
  return Array.from(data, (each) => each.toString(16).padStart(2, "0")).join("");
}

// Eight bytes as a number, or as a BigInt where a number would round.
export function uint64(data, at = 0) {
  const wide = new DataView(data.buffer, data.byteOffset, data.byteLength).getBigUint64(at);
  return wide <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(wide) : wide;
}

function encode64(data, alphabet) {
  const parts = [];
  for (let at = 0; at < data.length; at += 3) {
    const bits = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    parts.push(
      alphabet[bits >> 18], alphabet[(bits >> 12) & 63], alphabet[(bits >> 6) & 63],
      alphabet[bits & 63],
    );
  }
  const stray = data.length % 3;
  return (stray ? parts.slice(0, stray - 3) : parts).join("");
}

// The bytes of letters without padding, or null for a letter outside the alphabet; `stray` tells
// whether bits are left that no byte has.
function decode64(text, end, values) {
  const data = new Uint8Array((end * 3) >> 2);
  let bits = 0;
  let held = 0;
  let to = 0;
  for (let at = 0; at < end; at += 1) {
    const code = text.charCodeAt(at);
    const value = code < 128 ? values[code] : NO_VALUE;
    if (value === NO_VALUE) { return null; }
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      data[to] = bits >> held;
      to += 1;
    }
  }
  return { data, stray: (bits & ((1 << held) - 1)) !== 0 };
}

function sized(data, size) {
  if (size !== undefined && data.length !== size) {
    throw new BadEncoding(`The value has ${data.length} bytes; it must have ${size}.`);
  }
  return data;
}

export function b64uEncode(data) {
  return encode64(data, BASE64URL);
}

// Read base64url without padding in its only spelling; refuses any other, or another size.
export function b64uDecode(text, size) {
  const read = typeof text === "string" && text.length % 4 !== 1
    ? decode64(text, text.length, VALUES64U) : null;
  if (read === null) {
    throw new BadEncoding("The value is not base64url without padding.");
  }
  if (read.stray) {
    throw new BadEncoding("The last character of the base64url value has stray bits.");
  }
  return sized(read.data, size);
}

export function b64Encode(data) {
  return encode64(data, BASE64) + "=".repeat((3 - (data.length % 3)) % 3);
}

// Read padded base64 in its only spelling; refuses any other, or another size in bytes.
export function b64Decode(text, size) {
  if (typeof text !== "string") { throw new BadEncoding("The value is not base64 text."); }
  let end = text.length;
  while (text[end - 1] === "=") { end -= 1; }
  const [pads, needed] = [text.length - end, (4 - (end % 4)) % 4];
  const read = end % 4 === 1 ? null : decode64(text, end, VALUES64);
  if (read === null || (needed ? pads !== needed : pads && !end)) {
    throw new BadEncoding("The value is not base64.");
  }
  if (read.stray || pads !== needed) {
    throw new BadEncoding("The base64 value has stray bits or wrong padding.");
  }
  return sized(read.data, size);
}

export function b58Encode(data) {
  let number = 0n;
  for (const each of data) { number = (number << 8n) | BigInt(each); }
  let letters = "";
  for (; number; number /= 58n) { letters = BASE58[Number(number % 58n)] + letters; }
  const zeroes = data.findIndex((each) => each !== 0);
  return "1".repeat(zeroes < 0 ? data.length : zeroes) + letters;
}

// Read base58btc of exactly `size` bytes; refuses another alphabet or another size.
export function b58Decode(text, size) {
  if (typeof text !== "string" || length(text) > 2 * size) {
    throw new BadEncoding("The value is not base58btc of the right length.");
  }
  let number = 0n;
  for (const letter of text) {
    const value = letter.codePointAt(0) < 128 ? VALUES58[letter.codePointAt(0)] : NO_VALUE;
    if (value === NO_VALUE) {
      throw new BadEncoding(`The character ${quoted(letter)} is not base58btc.`);
    }
    number = number * 58n + BigInt(value);
  }
  const bytes = [];
  for (; number; number >>= 8n) { bytes.unshift(Number(number & 255n)); }
  const zeroes = text.length - text.replace(/^1+/, "").length;
  return sized(Uint8Array.from([...new Array(zeroes).fill(0), ...bytes]), size);
}

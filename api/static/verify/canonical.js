// The one way from values to bytes that are hashed or signed (RFC 8785), and the strict way back.

import { utf8 } from "./encoding.js";
import { NotCanonical, NotStrictJson } from "./errors.js";
import { MAX_INTEGER, readText } from "./reader.js";

export const MAX_BYTES = 262144;
const MAX_DEPTH = 32;

export const isObject = (value) => value instanceof Map;
export const isText = (value) => typeof value === "string";
export const isInteger = (value) => typeof value === "number";
// What Python calls an object with these members.
export const object = (members) => new Map(Object.entries(members));

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LONE = /\p{Cs}/u;

// Read JSON that has exactly one reading, as passport.proof.canonical.loads() does.
export function loads(data, { maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH } = {}) {
  return parse(textOf(data, maxBytes), maxDepth);
}

// The text of a document; refuses too many bytes, a byte order mark, and bad UTF-8.
export function textOf(data, maxBytes) {
  if (data.length > maxBytes) {
    const detail = `The document has ${data.length} bytes; at most ${maxBytes} are read.`;
    throw new NotStrictJson(detail, { remedy: "Send less at once." });
  }
  if (data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf) {
    const detail = "The document begins with a byte order mark.";
    throw new NotStrictJson(detail, { remedy: "Remove it." });
  }
  const text = decode(data);
  if (text === null) {
    throw new NotStrictJson(`Byte ${firstBad(data)} is not UTF-8.`, { remedy: "Send UTF-8." });
  }
  return text;
}

// The text of bytes, or null when they are not UTF-8.
export function decode(data) {
  try {
    return UTF8.decode(data);
  } catch (error) {
    if (error instanceof TypeError) { return null; }
    throw error;
  }
}

// Where the first sequence begins that is not UTF-8: all before it decodes, and nothing longer.
function firstBad(data) {
  let good = 0;
  let bad = data.length;
  const stream = (end) => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(data.subarray(0, end), { stream: true });
      return true;
    } catch (error) {
      if (error instanceof TypeError) { return false; }
      throw error;
    }
  };
  if (stream(bad)) { good = bad; }
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (stream(middle)) { good = middle; } else { bad = middle; }
  }
  // What was still good at the end may be the begin of a sequence that is never finished.
  for (let begin = good; begin > good - 4; begin -= 1) {
    if (decode(data.subarray(0, begin)) !== null) { return begin; }
  }
  return good;
}

function parse(text, maxDepth) {
  const { value, flaws } = readText(text, maxDepth);
  if (flaws.length) { refuseFlaw(value, flaws[0]); }
  if (text.includes("\\u")) { checkText(value); }
  return value;
}

const step = (name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

// Every name and value inside with its JSON pointer (RFC 6901), parents first.
function* walk(value) {
  const stack = [["", value]];
  while (stack.length) {
    const [pointer, each] = stack.pop();
    yield [pointer, each];
    if (isObject(each)) {
      for (const [name, inner] of each) {
        yield [pointer + step(name), name];
        stack.push([pointer + step(name), inner]);
      }
    } else if (Array.isArray(each)) {
      each.forEach((inner, at) => stack.push([`${pointer}/${at}`, inner]));
    }
  }
}

function refuseFlaw(value, flaw) {
  let pointer = "";
  for (const [where, each] of walk(value)) {
    if (each === flaw) {
      pointer = where;
      break;
    }
  }
  if (flaw.name !== null) { pointer += step(flaw.name); }
  throw new NotStrictJson(flaw.detail, { pointer, remedy: flaw.remedy });
}

function checkText(value) {
  for (const [pointer, each] of walk(value)) {
    if (isText(each) && each.includes("\0")) {
      throw new NotStrictJson("Text holds a NUL character.", { pointer, remedy: "Remove it." });
    }
    if (isText(each) && LONE.test(each)) {
      throw new NotStrictJson("Text holds a lone surrogate.", { remedy: "Send whole characters." });
    }
  }
}

// The canonical bytes of a value.
export function encode(value) {
  return utf8(write(value));
}

// The canonical text of a value; refuses what RFC 8785 or this profile cannot write.
export function write(value) {
  const parts = [];
  append(value, parts, 0);
  return parts.join("");
}

function append(value, parts, depth) {
  if (isText(value)) {
    if (LONE.test(value)) {
      throw new NotCanonical("Text holds a lone surrogate, which has no bytes.");
    }
    parts.push(JSON.stringify(value));
  } else if (value === null || value === true || value === false) {
    parts.push(String(value));
  } else if (isInteger(value) && Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER) {
    parts.push(String(value));
  } else {
    appendMembers(value, parts, depth);
  }
}

function appendMembers(value, parts, depth) {
  if (depth >= 2 * MAX_DEPTH) {
    throw new NotCanonical(`The value is nested deeper than ${2 * MAX_DEPTH} levels.`);
  }
  if (Array.isArray(value)) {
    parts.push("[");
    value.forEach((each, at) => {
      if (at) { parts.push(","); }
      append(each, parts, depth + 1);
    });
    parts.push("]");
  } else if (isObject(value)) {
    appendObject(value, parts, depth);
  } else {
    throw new NotCanonical(`A ${typeof value} is not a JSON value.`);
  }
}

// Names are sorted by their UTF-16 units (RFC 8785 §3.2.3), which is what sort() does.
function appendObject(value, parts, depth) {
  parts.push("{");
  [...value.keys()].sort().forEach((name, at) => {
    if (at) { parts.push(","); }
    append(name, parts, depth);
    parts.push(":");
    append(value.get(name), parts, depth + 1);
  });
  parts.push("}");
}

// Equality as Python sees it, where true is 1 and false is 0.
export function equal(left, right) {
  if (isObject(left)) { return isObject(right) && equalObjects(left, right); }
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length
      && left.every((each, at) => equal(each, right[at]));
  }
  return plain(left) === plain(right);
}

function equalObjects(left, right) {
  if (left.size !== right.size) { return false; }
  for (const [name, each] of left) {
    if (!right.has(name) || !equal(each, right.get(name))) { return false; }
  }
  return true;
}

function plain(value) {
  if (typeof value === "boolean") { return Number(value); }
  return typeof value === "bigint" && value <= BigInt(MAX_INTEGER) ? Number(value) : value;
}

// Whether an object has exactly these names.
export function hasExactly(value, names) {
  return value.size === names.length && names.every((each) => value.has(each));
}

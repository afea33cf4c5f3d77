// A reader of JSON that keeps what JSON.parse loses: names that stand twice, and their order.

import { isTooDeep } from "./depth.js";
import { NotStrictJson } from "./errors.js";
import { first, length, quoted } from "./text.js";

export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
const DECIMALS_REMEDY = 'Send the quantity as a decimal string, for example "4.85".';

const SPACE = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const ESCAPES = new Map([
  ['"', '"'], ["\\", "\\"], ["/", "/"], ["b", "\b"], ["f", "\f"], ["n", "\n"], ["r", "\r"],
  ["t", "\t"],
]);
const WORDS = new Map([["null", null], ["true", true], ["false", false]]);
const NO_NUMBERS = ["NaN", "Infinity", "-Infinity"];

// Stands where the document holds something refused, until its place is known.
class Flaw {
  constructor(detail, remedy, name = null) {
    this.detail = detail;
    this.remedy = remedy;
    this.name = name;
  }
}

class NotJson extends Error {
  constructor(message, at) {
    super(message);
    this.at = at;
  }
}

class TooDeep extends Error {}

class Reader {
  constructor(text, maxDepth) {
    this.text = text;
    this.maxDepth = maxDepth;
    this.at = 0;
    this.depth = 0;
    this.flaws = [];
  }

  whole() {
    this.space();
    const value = this.value();
    this.space();
    if (this.at !== this.text.length) { throw new NotJson("Extra data", this.at); }
    return value;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text);
  }

  space() {
    const code = this.text.charCodeAt(this.at);
    if (code <= 0x20) { this.at += this.match(SPACE)[0].length; }
  }

  value() {
    const letter = this.text[this.at];
    if (letter === '"') { return this.string(); }
    if (letter === "{") { return this.inside(() => this.object()); }
    if (letter === "[") { return this.inside(() => this.array()); }
    for (const [word, value] of WORDS) {
      if (letter === word[0] && this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  inside(read) {
    this.depth += 1;
    if (this.depth > this.maxDepth) { throw new TooDeep(); }
    this.at += 1;
    this.space();
    const value = read();
    this.at += 1;
    this.depth -= 1;
    return value;
  }

  object() {
    const pairs = [];
    while (pairs.length || this.text[this.at] !== "}") {
      pairs.push(this.pair());
      if (!this.goesOn("}")) { break; }
    }
    const value = new Map(pairs);
    return value.size === pairs.length ? value : this.twice(pairs);
  }

  pair() {
    if (this.text[this.at] !== '"') {
      throw new NotJson("Expecting property name enclosed in double quotes", this.at);
    }
    const name = this.string();
    this.space();
    if (this.text[this.at] !== ":") { throw new NotJson("Expecting ':' delimiter", this.at); }
    this.at += 1;
    this.space();
    return [name, this.value()];
  }

  array() {
    const values = [];
    while (values.length || this.text[this.at] !== "]") {
      values.push(this.value());
      if (!this.goesOn("]")) { break; }
    }
    return values;
  }

  // After a member: true when a comma says that another follows, false at the end.
  goesOn(end) {
    this.space();
    const letter = this.text[this.at];
    if (letter === end) { return false; }
    if (letter !== ",") { throw new NotJson("Expecting ',' delimiter", this.at); }
    this.at += 1;
    this.space();
    return true;
  }

  string() {
    const begin = this.at;
    const parts = [];
    this.at += 1;
    for (;;) {
      const plain = this.match(PLAIN)[0];
      this.at += plain.length;
      const letter = this.text[this.at];
      if (letter === '"') {
        this.at += 1;
        return parts.length ? parts.join("") + plain : plain;
      }
      if (letter === undefined) { throw new NotJson("Unterminated string starting at", begin); }
      if (letter !== "\\") { throw new NotJson("Invalid control character at", this.at); }
      parts.push(plain, this.escape(begin));
    }
  }

  escape(begin) {
    const letter = this.text[this.at + 1];
    if (letter === undefined) { throw new NotJson("Unterminated string starting at", begin); }
    if (letter !== "u") {
      if (!ESCAPES.has(letter)) { throw new NotJson("Invalid \\escape", this.at); }
      this.at += 2;
      return ESCAPES.get(letter);
    }
    this.at += 2;
    const digits = this.match(HEX4);
    if (!digits) { throw new NotJson("Invalid \\uXXXX escape", this.at - 1); }
    this.at += 4;
    return String.fromCharCode(parseInt(digits[0], 16));
  }

  number() {
    const found = this.match(NUMBER);
    if (!found) { return this.noNumber(); }
    this.at += found[0].length;
    if (found[2] || found[3]) {
      return this.flaw(`The number ${found[0].slice(0, 24)} is a float.`, DECIMALS_REMEDY);
    }
    const number = Number(found[1]);
    if (found[1].length <= 17 && Math.abs(number) <= MAX_INTEGER) {
      return number === 0 ? 0 : number;
    }
    const detail = `The integer ${found[1].slice(0, 24)} lies outside ±(2^53−1).`;
    return this.flaw(detail, "Send it as a string.");
  }

  noNumber() {
    const word = NO_NUMBERS.find((each) => this.text.startsWith(each, this.at));
    if (word === undefined) { throw new NotJson("Expecting value", this.at); }
    this.at += word.length;
    return this.flaw(`${word} is not JSON.`, "Leave the field out, or send null.");
  }

  twice(pairs) {
    const names = pairs.map(([name]) => name);
    const counts = new Map();
    names.forEach((name) => counts.set(name, (counts.get(name) || 0) + 1));
    const name = names.find((each) => counts.get(each) > 1);
    const detail = `The name ${quoted(first(name, 64))} stands twice in one object.`;
    return this.flaw(detail, "Send it once.", name);
  }

  flaw(detail, remedy, name) {
    this.flaws.push(new Flaw(detail, remedy, name));
    return this.flaws[this.flaws.length - 1];
  }
}

function placed(error, text) {
  const before = text.slice(0, error.at);
  const line = before.split("\n").length;
  const column = length(before.slice(before.lastIndexOf("\n") + 1)) + 1;
  return new NotStrictJson(`${error.message} at line ${line}, column ${column}.`, {
    remedy: "Send one JSON value (RFC 8259) and nothing after it.",
  });
}

// The value of a text and the flaws met in it; objects are Maps. Refuses what is no JSON at all.
export function readText(text, maxDepth) {
  const reader = new Reader(text, maxDepth);
  try {
    return { value: reader.whole(), flaws: reader.flaws };
  } catch (error) {
    if (!(error instanceof NotJson) && !(error instanceof TooDeep)) { throw error; }
    if (error instanceof TooDeep || isTooDeep(text, maxDepth)) {
      throw new NotStrictJson(`The document is nested deeper than ${maxDepth} levels.`);
    }
    throw placed(error, text);
  }
}

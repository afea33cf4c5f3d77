// Text as Python sees it: by code points, in their order, and written so that it cannot act.

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u;
const SHORT = new Map([["\t", "\\t"], ["\n", "\\n"], ["\r", "\\r"], ["\\", "\\\\"]]);

// Halves of a pair stand for code points above all that one unit can hold.
function rank(unit) {
  if (unit >= 0xe000) { return unit - 0x800; }
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

// Orders two texts by code points, as Python and UTF-8 do; sort() alone goes by UTF-16 units.
export function compare(left, right) {
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at += 1) {
    const one = left.charCodeAt(at);
    const other = right.charCodeAt(at);
    if (one !== other) { return rank(one) - rank(other); }
  }
  return left.length - right.length;
}

export function sorted(texts) {
  return [...texts].sort(compare);
}

export function smallest(texts) {
  let least;
  for (const each of texts) {
    if (least === undefined || compare(each, least) < 0) { least = each; }
  }
  return least;
}

// How many code points.
export function length(text) {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff) { count += 1; }
  }
  return count;
}

// The first code points of a text.
export function first(text, count) {
  return Array.from(text.slice(0, 2 * count)).slice(0, count).join("");
}

function isPrintable(letter) {
  return letter === " " || !UNPRINTABLE.test(letter);
}

function escaped(letter) {
  if (SHORT.has(letter)) { return SHORT.get(letter); }
  const code = letter.codePointAt(0);
  const digits = code.toString(16);
  if (code <= 0xff) { return `\\x${digits.padStart(2, "0")}`; }
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

// A text in quotes, as Python's repr() writes it.
export function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = Array.from(text, (letter) => {
    if (letter === quote) { return `\\${quote}`; }
    return letter !== "\\" && isPrintable(letter) ? letter : escaped(letter);
  });
  return quote + inside.join("") + quote;
}

// One line to show: what comes from a bundle cannot end it, hide in it or turn it around.
export function say(line) {
  return Array.from(line, (each) => (isPrintable(each) ? each : escaped(each))).join("");
}

// Numbers in brackets, as Python writes a list.
export function listed(numbers) {
  return `[${numbers.join(", ")}]`;
}

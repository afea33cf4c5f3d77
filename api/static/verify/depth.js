// How deep a document is nested, told even of one that is no JSON, as Python tells it.

import { utf8 } from "./encoding.js";

const MAX_BYTES = 262144;
const LEAST_TEXT = 12;

// Brackets where every second part between quotes is outside of text, as Python counts them first.
function quickDepth(text) {
  const parts = text.replaceAll("\\\\", "").replaceAll('\\"', "").split('"');
  return deepest(parts.filter((_, at) => at % 2 === 0).join("").replace(/[^[{\]}]/g, ""));
}

function deepest(brackets) {
  let [depth, most] = [0, 0];
  for (let at = 0; at < brackets.length; at += 1) {
    depth += brackets[at] === "[" || brackets[at] === "{" ? 1 : -1;
    most = Math.max(most, depth);
  }
  return most;
}

// The brackets of a text that no string holds, even one that is never closed.
function bare(text) {
  const kept = [];
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"') { inString = !inString; }
    if (letter === "\\" && inString) { at += 1; }
    if (!inString && "[{]}".includes(letter)) { kept.push(letter); }
  }
  return kept.join("");
}

export function isTooDeep(text, limit) {
  const size = utf8(text).length;
  const quotes = text.split('"').length - 1;
  const isQuick = size <= MAX_BYTES || quotes <= Math.floor(size / LEAST_TEXT);
  if (isQuick && quickDepth(text) <= limit) { return false; }
  return deepest(bare(text)) > limit;
}

// Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log, as the text of a note.

import { b64Decode } from "./encoding.js";
import { BadEncoding, BadNote } from "./errors.js";
import { checkName } from "./note.js";
import { first, quoted } from "./text.js";

const SIZE = /^(?:0|[1-9][0-9]{0,18})$/;

// A tree size: a number, or a BigInt where a number would round.
function parseSize(text) {
  if (!SIZE.test(text)) {
    throw new BadNote(`${quoted(first(text, 40))} is not a tree size.`);
  }
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}

// Read the text of a checkpoint; refuses extension lines and other spellings.
export function parse(text) {
  const lines = text.split("\n");
  if (lines.length !== 4 || lines[3]) {
    throw new BadNote("A checkpoint has three lines: origin, size, root.");
  }
  checkName(lines[0]);
  try {
    const root = b64Decode(lines[2], 32);
    return { origin: lines[0], size: parseSize(lines[1]), root };
  } catch (error) {
    if (!(error instanceof BadEncoding)) { throw error; }
    throw new BadNote(`The root of the checkpoint is bad: ${error.detail}`);
  }
}

// Checks beside the page, so that the page stays awake: files in, progress and the outcome out.

import { MAX_BYTES as MAX_DOCUMENT, isObject, isText, loads } from "./canonical.js";
import { BadBundle, BadDid, CannotCheck, ProofError } from "./errors.js";
import { checkBrowser } from "./keys.js";
import * as policy from "./policy.js";
import { linesOf, refusalLines } from "./print.js";
import { wordsOf } from "./report.js";
import { MAX_BYTES } from "./unbundle.js";
import { STEPS, verify } from "./verdict.js";

const tell = (kind, told = {}) => postMessage({ kind, ...told });

// The bytes of a file, one more than allowed at most, so that a reader can refuse.
async function bytesOf(file, limit) {
  return new Uint8Array(await file.slice(0, limit + 1).arrayBuffer());
}

// DID documents by their DID, as the auditor fetched them.
async function documentsOf(files) {
  const found = new Map();
  for (const file of files) {
    const data = await bytesOf(file, MAX_DOCUMENT);
    const value = loads(data);
    const did = isObject(value) ? value.get("id") : null;
    if (!isText(did)) { throw new BadDid(`${file.name} is not a DID document.`); }
    found.set(did, data);
  }
  return found;
}

// Run something that reads one input; a refusal is told with the field that it came from.
async function from(field, read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProofError && !(error instanceof BadBundle)) { error.field = field; }
    throw error;
  }
}

async function check({ bundle, trust, dids, batteries }) {
  const trusted = await from("trust", () => policy.parse(trust));
  const didDocuments = await from("dids", () => documentsOf(dids));
  const data = await bytesOf(bundle, MAX_BYTES);
  const begun = performance.now();
  const onStep = (number, title) => tell("step", { number, title });
  const report = await verify(data, { policy: trusted, didDocuments, batteries, onStep });
  report.judgements = report.judgements.map((each) => ({ ...each, words: wordsOf(each) }));
  tell("report", { report, lines: linesOf(report), seconds: (performance.now() - begun) / 1000 });
}

function refuse(error) {
  const { detail, remedy, title } = error;
  if (error instanceof BadBundle) {
    const stepTitle = STEPS[error.step - 1][1];
    tell("refusal", { step: error.step, stepTitle, detail, remedy, lines: refusalLines(error) });
  } else if (error instanceof ProofError) {
    tell("problem", { field: error.field, detail: `${title}: ${detail}`, remedy });
  } else if (error instanceof CannotCheck) {
    tell("problem", { detail: error.message, remedy: "Use the program instead." });
  } else {
    const remedy = "That says nothing about the bundle. Use the program instead.";
    tell("problem", { detail: `This page broke: ${error}.`, remedy });
  }
}

onmessage = ({ data }) => check(data).catch(refuse);
checkBrowser().then(() => tell("ready"), refuse);

// Puts the outcome of a check onto the page, in the words in which the program prints it.

import { say } from "./text.js";

const MOST = 500;
// Shape, word, tone: the shape alone carries the meaning when colour is lost.
const VERDICTS = {
  ACCEPTED: ["◆", "ACCEPTED", "proven", "Every step held and nothing is in doubt."],
  DOUBTED: ["▲", "IN DOUBT", "attention", "Every step held, but something is in doubt."],
  REFUSED: ["■", "REFUSED", "refused", ""],
};
const CONVENIENCE = "So says this page, which comes from the service you are checking."
  + " For proof use the program.";
const STATES = {
  VALID: ["◆", "proven"],
  SUSPECT: ["▲", "attention"],
  WITHDRAWN: ["□", "attention"],
  INVALID: ["■", "refused"],
};

// An element with classes and children; every text is shown, never read as markup.
function make(name, classes, ...children) {
  const element = document.createElement(name);
  if (classes) { element.className = classes; }
  element.append(...children.map((each) => (typeof each === "string" ? say(each) : each)));
  return element;
}

function glyph(shape) {
  const element = make("span", "glyph", shape);
  element.setAttribute("aria-hidden", "true");
  return element;
}

const status = (shape, word, tone) => make("span", `status ${tone}`, glyph(shape), word);

function fill(outcome, verdict, ...parts) {
  const [shape, word, tone] = VERDICTS[verdict];
  const title = make("h2", `verdict ${tone}`, glyph(shape), ` ${word}`);
  title.id = "outcome-title";
  outcome.replaceChildren(title, ...parts.filter(Boolean));
  outcome.hidden = false;
  outcome.focus({ preventScroll: true });
  outcome.scrollIntoView({ block: "start" });
}

function section(title, ...parts) {
  return make("section", "", make("h3", "", title), ...parts);
}

// A list that stays short enough for a page; the rest is in the text below it.
function list(name, classes, lines) {
  const rest = lines.length - MOST;
  const items = lines.slice(0, MOST);
  if (rest > 0) { items.push(make("li", "quiet", `and ${rest} more, in the text below`)); }
  return make(name, classes, ...items);
}

function fact(name, ...value) {
  return make("div", "", make("dt", "", name), make("dd", "", ...value));
}

function steps(report) {
  return list("ol", "steps flow", report.steps.map(
    (step) => make("li", "", make("strong", "", `${step.title}: `), step.found),
  ));
}

function judgement(each) {
  const [shape, tone] = STATES[each.verdict] || STATES.INVALID;
  return make(
    "li", "",
    make("p", "", status(shape, each.words, tone)),
    make("p", "", `${each.kind} of `, make("span", "mono", each.about)),
    make("p", "small quiet", `Entry ${each.index}, by `, make("span", "mono", each.method),
      `; key vouched for by: ${each.voucher}; ${each.reason}`),
  );
}

function key(each) {
  const note = each.note ? make("p", "small quiet", each.note) : "";
  return make("li", "", make("p", "", make("span", "mono", each.method), `, ${each.inForce}`),
    make("p", "small", `vouched for by: ${each.voucher}`), note);
}

function coverage({ coverage: found }) {
  const by = found.byIssuer.map(([issuer, count]) => make("p", "small", `${count} by ${issuer}`));
  return fact("Components", `${found.attested} of ${found.components} attested by their makers,`
    + ` ${found.depth} attestations deep`, ...by);
}

function facts(report) {
  const cosigned = report.cosigned.map((each) => make(
    "p", "", `${each.name} at `, moment(each.seconds),
  ));
  const unknown = report.unknownSignatures.map(
    (name) => make("p", "", `Not checked: signature of ${name}, a key outside the trust file`),
  );
  return make(
    "dl", "facts",
    fact(report.batteries.length > 1 ? "Batteries" : "Battery",
      ...report.batteries.slice(0, MOST).map((each) => make("p", "mono", each))),
    fact("Completeness", report.completeness),
    coverage(report),
    fact("Cosigned by", ...(cosigned.length ? cosigned : ["nobody"]), ...unknown),
    ...(report.hidden.length
      ? [fact("Shown by digest only", `entries ${report.hidden.join(", ")}`)] : []),
  );
}

// A cosignature's time as people write it; the seconds themselves where no calendar reaches.
function moment(seconds) {
  const when = new Date(Number(seconds) * 1000);
  const element = document.createElement("time");
  element.textContent = `POSIX time ${seconds}`;
  if (!Number.isNaN(when.valueOf())) {
    element.dateTime = when.toISOString();
    element.textContent = when.toISOString().replace(/\.000Z$/, "Z");
  }
  return element;
}

function time(seconds) {
  return seconds < 1 ? `${Math.ceil(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

// What the program would print, to be copied or compared.
function printed(lines) {
  const pre = make("pre", "");
  pre.textContent = lines.join("\n");
  return make("details", "fold", make("summary", "", "As the program prints it"), pre);
}

export function show(outcome, { report, lines, seconds }) {
  const verdict = report.doubts.length ? "DOUBTED" : "ACCEPTED";
  const doubts = report.doubts.map((each) => make("li", "", each));
  fill(
    outcome, verdict,
    make("p", "", `${VERDICTS[verdict][3]} Checked in ${time(seconds)}.`),
    make("p", "quiet", CONVENIENCE),
    doubts.length ? section(
      doubts.length === 1 ? "One doubt" : `${doubts.length} doubts`, list("ul", "flow", doubts),
    ) : null,
    facts(report),
    section("Steps", steps(report)),
    section("Attestations", list("ul", "claims", report.judgements.map(judgement))),
    section("Keys", list("ul", "claims", report.keys.map(key))),
    printed(lines),
  );
}

export function showRefusal(outcome, { step, stepTitle, detail, remedy, lines }) {
  const hint = "A bundle is the file that the record of a battery gives for download.";
  fill(
    outcome, "REFUSED",
    make("p", "lead", `At step ${step}, ${stepTitle}: ${detail}`),
    remedy ? make("p", "", remedy) : null,
    make("p", "quiet", CONVENIENCE),
    step === 1 ? make("p", "quiet", hint) : null,
    printed(lines),
  );
}

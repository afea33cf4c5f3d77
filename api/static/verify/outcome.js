// Puts the outcome of a check onto the page, in the words in which the program prints it.

import { attestedLines, recycledLines } from "./print.js";
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

const mono = (text) => make("span", "mono", text);

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
  // What comes down to the service's own word is never plain VALID.
  const [shape, tone] = each.words === each.verdict ? STATES[each.verdict] : STATES.SUSPECT;
  return make(
    "li", "",
    make("p", "", status(shape, each.words, tone)),
    make("p", "", `${each.kind} of `, mono(each.about)),
    make("p", "small quiet", `Entry ${each.index}, by `, mono(each.method),
      `; key vouched for by: ${each.voucher}; ${each.reason}`),
  );
}

function key(each) {
  const note = each.note ? make("p", "small quiet", each.note) : "";
  return make("li", "", make("p", "", mono(each.method), `, ${each.inForce}`),
    make("p", "small", `vouched for by: ${each.voucher}`), note);
}

// What makers took back, and what the service erased.
function gone({ withdrawn, erased }) {
  const taken = withdrawn.map((each) => {
    const what = each.items === null ? "all" : `${each.items.length} items`;
    return make(
      "li", "", make("p", "", `Entry ${each.index} takes back ${what} of `, mono(each.digest)),
      make("p", "small quiet", "by ", mono(each.method), `; ${each.verdict}; ${each.reason}`),
    );
  });
  const lost = erased.map((each) => make(
    "li", "", make("p", "", `Entry ${each.index} says that `, mono(each.digest), " was erased"),
    make("p", "small quiet", `at ${each.at}: ${each.reason}`),
  ));
  return [...taken, ...lost];
}

function coverage({ coverage: found }) {
  return [
    fact("Components", `${found.attested} of ${found.components} attested by their makers,`
      + ` ${found.depth} attestations deep`),
    fact("Upstream", `${found.upstreamShown} attestations shown,`
      + ` ${found.upstreamHidden} named but not shown`),
  ];
}

// How much of each battery is attested, in the lines of the program.
function attested(each) {
  const [name, ...lines] = attestedLines(each).map((line) => line.trim());
  return make("li", "", make("p", "mono", name), ...lines.map((line) => make("p", "small", line)));
}

// Which materials are recycled, out of which treatments.
function recycled(each) {
  const [first, ...lines] = recycledLines(each).map((line) => line.trim());
  return make("li", "", make("p", "", first), ...lines.map((line) => make("p", "small", line)));
}

function optional(name, values, before = "") {
  return values.length ? [fact(name, before + values.slice(0, MOST).join(", "))] : [];
}

function facts(report) {
  const cosigned = report.cosigned.map((each) => make(
    "p", "", `${each.name} at `, moment(each.seconds),
  ));
  const unknown = report.unknownSignatures.map(
    (name) => make("p", "", `Not checked: signature of ${name}, a key outside the trust file`),
  );
  if (report.uncheckedTimestamps) {
    const many = report.uncheckedTimestamps;
    unknown.push(make("p", "", `Not checked: ${many} time stamps over the checkpoint`));
  }
  return make(
    "dl", "facts",
    ...(report.title ? [fact("About", report.title)] : []),
    fact(report.batteries.length > 1 ? "Batteries" : "Battery",
      ...report.batteries.slice(0, MOST).map((each) => make("p", "mono", each))),
    fact("Completeness", report.completeness),
    ...coverage(report),
    fact("Cosigned by", ...(cosigned.length ? cosigned : ["nobody"]), ...unknown),
    ...optional("Shown by digest only", report.hidden, "entries "),
    ...optional("Chained in the log under a salt of the maker", report.saltedByMaker),
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
    section("Attestations", list(
      "ul", "claims", [...report.judgements.map(judgement), ...gone(report)],
    )),
    section("How much is attested", list("ul", "claims", report.attested.map(attested))),
    report.recycled.length
      ? section("What is recycled", list("ul", "claims", report.recycled.map(recycled))) : "",
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
    step === 1 && !detail.startsWith("The bundle is not about")
      ? make("p", "quiet", hint) : null,
    printed(lines),
  );
}

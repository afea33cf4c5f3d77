// The outcome in lines, word for word as `python -m passport.audit verify` prints it.

import { percent, written } from "./amounts.js";
import { wordsOf } from "./report.js";
import { say } from "./text.js";

const wide = (number, width = 6) => String(number).padStart(width);

// Each line as it may be shown; the program's own empty lines stand between the parts.
export function linesOf(report) {
  return [
    ...(report.title ? [`About: ${report.title}`] : []),
    ...report.batteries.map((each) => `Battery ${each}`),
    ...report.steps.map(({ number, title, found }) => `${wide(number, 3)}. ${title}: ${found}`),
    "", "Attestations",
    ...report.judgements.flatMap(judgementLines),
    ...report.withdrawn.flatMap(withdrawalLines),
    ...report.erased.map(erasureLine),
    "", "Keys",
    ...report.keys.flatMap(keyLines),
    "", ...coverageLines(report),
    ...outsideLines(report),
    `Completeness: ${report.completeness}`,
    ...report.doubts.map((doubt) => `DOUBT: ${doubt}`),
    report.doubts.length ? "IN DOUBT" : "ACCEPTED",
  ].map(say);
}

function judgementLines(each) {
  return [
    `  ${wide(each.index)}  ${wordsOf(each)}  ${each.kind} of ${each.about}`,
    `          by ${each.method}; key vouched for by: ${each.voucher}; ${each.reason}`,
  ];
}

function withdrawalLines(taken) {
  const what = taken.items === null ? "all" : `${taken.items.length} items`;
  return [
    `  ${wide(taken.index)}  takes back ${what} of ${taken.digest}, by ${taken.method}`,
    `          ${taken.verdict}; reason given: ${taken.reason}`,
  ];
}

function erasureLine(gone) {
  return `  ${wide(gone.index)}  says that ${gone.digest} was erased at ${gone.at}: ${gone.reason}`;
}

function keyLines(key) {
  const line = `  ${key.method}, ${key.inForce}; vouched for by: ${key.voucher}`;
  return key.note ? [line, `          ${key.note}`] : [line];
}

function coverageLines({ attested, recycled, coverage, hidden, saltedByMaker }) {
  const lines = [
    `Components: ${coverage.attested} of ${coverage.components} attested by their makers,`
      + ` ${coverage.depth} attestations deep`,
    ...attested.flatMap(attestedLines),
    ...recycled.flatMap(recycledLines),
    `Upstream: ${coverage.upstreamShown} attestations shown,`
      + ` ${coverage.upstreamHidden} named but not shown`,
  ];
  if (saltedByMaker.length) {
    lines.push(`Chained in the log under a salt of the maker: ${saltedByMaker.join(", ")}`);
  }
  if (hidden.length) { lines.push(`Shown by digest only: entries ${hidden.join(", ")}`); }
  return lines;
}

// How much of one battery is attested, and what of it nobody knows.
export function attestedLines(attested) {
  const by = attested.voucher === null ? "nobody" : `${attested.issuer} (${attested.voucher})`;
  const lines = [`  ${attested.battery}`, `    origin attested by ${by}`];
  if (attested.components) { lines.push(...componentLines(attested)); }
  const base = attested.components ? attested.componentsMass : attested.mass;
  attested.levels.forEach((level, at) => {
    const of = `${written(base)} kg${inPercent(level.mass, base)}`;
    const number = at + 1;
    lines.push(
      `    ${written(level.mass)} kg of ${of} in materials attested ${number} upstream`,
      ...level.shares.map(shareLine),
    );
  });
  if (!attested.levels.length) {
    lines.push("    no materials with a share of mass attested upstream");
  }
  if (attested.mass === null) { lines.push("    not known: the mass of the battery"); }
  if (attested.unweighed) {
    lines.push(`    not known: the mass of ${attested.unweighed} components`);
  }
  return lines;
}

// A lot of recycled material, and the treatments that it came out of.
export function recycledLines({ about, issuer, voucher, material, mass, used, treatments }) {
  return [
    `Recycled: ${written(mass)} kg of ${material} in ${about}, attested by`
      + ` ${issuer} (${voucher}); ${written(used)} kg of it used here`,
    ...treatments.map(treatedLine),
  ];
}

function treatedLine({ index, about, issuer, inputs, mass }) {
  const of = mass === null ? "" : ` of ${written(mass)} kg`;
  const what = `certificate of recycling of ${about} by ${issuer}: ${inputs} inputs${of}`;
  return `  ${wide(index)}  ${what}`;
}

function componentLines({ components, componentsMass, mass, shares }) {
  const count = shares.reduce((sum, each) => sum + each.count, 0);
  const of = mass === null ? "" : ` of ${written(mass)} kg${inPercent(componentsMass, mass)}`;
  return [
    `    ${count} of ${components} components attested by their makers`,
    ...shares.map(shareLine),
    `    ${written(componentsMass)} kg${of} in components that their makers weigh`,
  ];
}

function shareLine({ issuer, voucher, count, mass }) {
  return `      ${wide(count)}  by ${issuer} (${voucher}): ${written(mass)} kg`;
}

function inPercent(part, whole) {
  const portion = percent(part, whole);
  return portion === null ? "" : ` (${portion} %)`;
}

// What others say about the log: witnesses, and time-stamping authorities.
function outsideLines({ cosigned, uncheckedTimestamps, unknownSignatures }) {
  return [
    ...cosigned.map((each) => `Cosigned by ${each.name} at POSIX time ${each.seconds}`),
    ...(uncheckedTimestamps
      ? [`Not checked: ${uncheckedTimestamps} time stamps over the checkpoint`] : []),
    ...unknownSignatures.map(
      (name) => `Not checked: signature of ${name}, a key outside the trust file`,
    ),
  ];
}

export function refusalLines(error) {
  const lines = [`REFUSED at step ${error.step}: ${error.detail}`];
  return [...lines, ...(error.remedy ? [error.remedy] : [])].map(say);
}

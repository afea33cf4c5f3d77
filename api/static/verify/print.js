// The outcome in lines, word for word as `python -m passport.audit verify` prints it.

import { wordsOf } from "./report.js";
import { say } from "./text.js";

const wide = (number, width = 6) => String(number).padStart(width);

// Each line as it may be shown; the program's own empty lines stand between the parts.
export function linesOf(report) {
  return [
    ...report.batteries.map((each) => `Battery ${each}`),
    ...report.steps.map(({ number, title, found }) => `${wide(number, 3)}. ${title}: ${found}`),
    "", "Attestations",
    ...report.judgements.flatMap(judgementLines),
    "", "Keys",
    ...report.keys.flatMap(keyLines),
    "", ...coverageLines(report),
    ...outsideLines(report),
    `Completeness: ${report.completeness}`,
    ...report.doubts.map((doubt) => `DOUBT: ${doubt}`),
    report.doubts.length ? "IN DOUBT" : "ACCEPTED",
  ].map(say);
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

function judgementLines(each) {
  return [
    `  ${wide(each.index)}  ${wordsOf(each)}  ${each.kind} of ${each.about}`,
    `          by ${each.method}; key vouched for by: ${each.voucher}; ${each.reason}`,
  ];
}

function keyLines(key) {
  const line = `  ${key.method}, ${key.inForce}; vouched for by: ${key.voucher}`;
  return key.note ? [line, `          ${key.note}`] : [line];
}

function coverageLines({ coverage, hidden }) {
  const lines = [
    `Components: ${coverage.attested} of ${coverage.components} attested by their makers,`
      + ` ${coverage.depth} attestations deep`,
    ...coverage.byIssuer.map(([issuer, count]) => `  ${wide(count)}  by ${issuer}`),
  ];
  if (hidden.length) { lines.push(`Shown by digest only: entries ${hidden.join(", ")}`); }
  return lines;
}

export function refusalLines(error) {
  const lines = [`REFUSED at step ${error.step}: ${error.detail}`];
  return [...lines, ...(error.remedy ? [error.remedy] : [])].map(say);
}

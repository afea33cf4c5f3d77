// Judges cases as the page does, and tells the outcomes in the words of the Python report.
import { ZERO, tenThousandths, written } from "/static/verify/amounts.js";
import { parse } from "/static/verify/policy.js";
import { ProofError, BadBundle } from "/static/verify/errors.js";
import { linesOf } from "/static/verify/print.js";
import { wordsOf } from "/static/verify/report.js";
import { verify } from "/static/verify/verdict.js";

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const plain = (value) => (typeof value === "bigint" ? String(value) : value);

const shareOf = (part, whole) => {
  const portion = whole === null ? null : tenThousandths(part, whole);
  return portion === null ? null
    : `${portion / 10000n}.${String(portion % 10000n).padStart(4, "0")}`;
};
const byOf = (shares) => shares.map((each) => ({ ...each, mass: written(each.mass) }));

function attestedOf({ battery, issuer, voucher, mass, ...rest }) {
  const base = rest.components ? rest.componentsMass : mass || ZERO;
  return {
    battery,
    issuer,
    voucher,
    mass: mass === null ? null : written(mass),
    components: {
      count: rest.components,
      attested: rest.shares.reduce((sum, each) => sum + each.count, 0),
      unweighed: rest.unweighed,
      mass: written(rest.componentsMass),
      share: shareOf(rest.componentsMass, mass),
      by: byOf(rest.shares),
    },
    materials: rest.levels.map((each) => ({
      mass: written(each.mass), share: shareOf(each.mass, base), by: byOf(each.shares),
    })),
  };
}

const recycledOf = ({ mass, used, treatments, ...rest }) => ({
  ...rest, mass: written(mass), used: written(used),
  treatments: treatments.map(
    (each) => ({ ...each, mass: each.mass === null ? null : written(each.mass) }),
  ),
});

function told(report) {
  return {
    verdict: report.doubts.length ? "DOUBTED" : "ACCEPTED",
    batteries: report.batteries,
    attestations: report.judgements.map((each) => ({ ...each, words: wordsOf(each) })),
    withdrawals: report.withdrawn,
    erased: report.erased,
    saltedByMaker: report.saltedByMaker,
    keys: report.keys,
    title: report.title,
    coverage: report.coverage,
    attested: report.attested.map(attestedOf),
    recycled: report.recycled.map(recycledOf),
    completeness: report.completeness,
    doubts: report.doubts,
    lines: linesOf(report),
  };
}

async function judge({ data, trust, dids }) {
  try {
    const policy = parse(new TextEncoder().encode(trust));
    const didDocuments = new Map(Object.entries(dids).map(([did, each]) => [did, bytes(each)]));
    return told(await verify(bytes(data), { policy, didDocuments }));
  } catch (error) {
    if (error instanceof BadBundle) {
      return { verdict: "REFUSED", step: error.step, detail: error.detail, remedy: error.remedy };
    }
    if (error instanceof ProofError) { return { verdict: error.title, detail: error.detail }; }
    return { verdict: "BROKEN", detail: String(error && error.stack) };
  }
}

globalThis.outcomes = [];
const cases = await (await fetch("/cases")).json();
for (const each of cases) {
  globalThis.outcomes.push(JSON.stringify(await judge(each), (name, value) => plain(value)));
}
globalThis.finished = true;

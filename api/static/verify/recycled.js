// Recycled content, followed from lots of material down to the treatments that it came out of. A
// lot counts once: what builds upon it counts no more than it holds, and a lot out of a treatment
// no more than the certificates of recycling that it names say of it. Lots attested in a batch are
// not followed, nor are those that lead to no treatment; both stand as their makers say.

import { ZERO, add, amount, compareAmounts, excess, multiply, total, written } from "./amounts.js";
import { isObject } from "./canonical.js";
import { massOf } from "./facts.js";
import { MATERIAL, RECYCLING } from "./kinds.js";
import { sorted } from "./text.js";
import { materialsOf } from "./upstream.js";

// Report every lot that leads to a treatment; `used` is what the batteries use of each. A lot that
// its certificate does not name, or that counts more than is there, is a doubt.
export function follow(state, graph, used) {
  const lots = new Map(lotsOf(state, graph).map((lot) => [lot.name, lot]));
  const traced = [...lots.values()].filter((lot) => lot.treatments.length);
  for (const about of sorted(new Set(traced.map((lot) => lot.about)))) {
    checkYield(state, graph, traced.filter((lot) => lot.about === about));
  }
  for (const lot of traced) {
    checkParents(state, graph, lot, lots);
    state.report.recycled.push(reported(state, lot, used.get(lot.name) || ZERO));
  }
  checkShares(state, new Map(traced.map((lot) => [lot.name, lot])));
}

function lotsOf(state, graph) {
  const found = [];
  const ordered = [...state.judgements].sort(([, left], [, right]) => left.index - right.index);
  for (const [name] of ordered) {
    const signed = state.credentials.get(name);
    const mass = massOf(signed.subject);
    const told = signed.subject.get("recycledShare") ?? null;
    if (signed.kind !== MATERIAL || mass === null || told === null || !graph.stands(name)) {
      continue;
    }
    const share = amount(told);
    if (compareAmounts(share, ZERO) > 0) {
      const treatments = sorted(treatmentsOf(state, graph, name));
      found.push({
        name, signed, about: signed.subjectId, share, counted: multiply(mass, share), treatments,
      });
    }
  }
  return found;
}

// The certificates of recycling that an attestation builds upon, at any depth.
function treatmentsOf(state, graph, name) {
  const found = new Set();
  const seen = new Set([name]);
  const waiting = [name];
  while (waiting.length) {
    for (const below of graph.names(waiting.pop())) {
      if (!seen.has(below) && graph.stands(below)) {
        seen.add(below);
        waiting.push(below);
        if (state.credentials.get(below).kind === RECYCLING) { found.add(below); }
      }
    }
  }
  return found;
}

// Hold what is attested of one lot against the certificates that it names itself.
function checkYield(state, graph, several) {
  const [{ about }] = several;
  const certificates = new Set(several.flatMap(
    (lot) => [...graph.names(lot.name)].filter((name) => lot.treatments.includes(name)),
  ));
  if (!certificates.size) { return; }
  const masses = sorted(certificates).flatMap((name) => ofLot(state.credentials.get(name), about));
  const [counted, held] = [total(several.map((lot) => lot.counted)), total(masses)];
  if (!masses.length) {
    state.report.doubts.push(`${about} is in no fraction of the treatments that it builds upon.`);
  } else if (compareAmounts(counted, held) > 0) {
    state.report.doubts.push(
      `${written(counted)} kg of ${about} count as recycled;`
        + ` its treatments yielded ${written(held)} kg of it.`,
    );
  }
}

function ofLot(certificate, about) {
  const fractions = certificate.subject.get("fractions") ?? [];
  return fractions.filter((each) => each.get("lot") === about).map(massOf);
}

// What builds upon a lot needs of it what its other lots do not supply: together no more.
function checkParents(state, graph, lot, lots) {
  let needed = ZERO;
  for (const parent of lots.values()) {
    const named = new Set(graph.names(parent.name));
    if (named.has(lot.name)) {
      const others = [...named].filter((each) => lots.has(each) && each !== lot.name);
      const supplied = total(others.map((each) => lots.get(each).counted));
      needed = add(needed, excess(parent.counted, supplied));
    }
  }
  if (compareAmounts(needed, lot.counted) > 0) {
    state.report.doubts.push(
      `${written(needed)} kg that build upon ${lot.about} count as recycled;`
        + ` it holds ${written(lot.counted)} kg.`,
    );
  }
}

// Nobody says that more of a material is recycled than the attestation that it names.
function checkShares(state, traced) {
  const found = new Set();
  for (const [name, claims] of allClaims(state)) {
    for (const each of materialsOf(claims)) {
      const lot = traced.get(each.get("attestation"));
      const share = each.get("recycledShare") ?? "0";
      if (lot && compareAmounts(amount(share), lot.share) > 0) {
        const { index } = state.judgements.get(name);
        found.add(
          `The attestation at ${index} says that ${share} of its`
            + ` ${each.get("material")} is recycled; of ${lot.about} it is ${written(lot.share)}.`,
        );
      }
    }
  }
  state.report.doubts.push(...sorted(found));
}

function allClaims(state) {
  const found = [];
  for (const [name, { subject }] of state.credentials) {
    found.push([name, subject]);
    const common = subject.get("common");
    if (isObject(common)) { found.push([name, common]); }
  }
  for (const items of state.items.values()) { found.push(...items); }
  return found;
}

function reported(state, lot, used) {
  const { index, issuer, voucher } = state.judgements.get(lot.name);
  return {
    index, about: lot.about, issuer, voucher,
    material: lot.signed.subject.get("material"),
    mass: lot.counted,
    used: multiply(used, lot.share),
    treatments: lot.treatments.map((name) => treated(state, name)),
  };
}

function treated(state, name) {
  const { index, issuer } = state.judgements.get(name);
  const { subject } = state.credentials.get(name);
  const inputs = subject.get("inputs");
  return {
    index, about: subject.get("id"), issuer,
    inputs: Array.isArray(inputs) ? inputs.length : 1,
    mass: massOf(subject),
  };
}

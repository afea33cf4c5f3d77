// What makers say of the batteries of a bundle, as far as it stands: who, mass, materials.

import { isObject } from "./canonical.js";
import { amount, compareAmounts, isMoreThanAll, total, written } from "./amounts.js";
import { originsOf, stands } from "./origins.js";
import { sorted } from "./text.js";
import { materialsOf } from "./upstream.js";

// The mass in kilograms that a claim gives, null when it gives none.
export function massOf(claims) {
  const mass = claims.get("mass");
  return isObject(mass) ? amount(mass.get("value")) : null;
}

// The facts of each battery whose origin is attested by a claim that stands. Two masses of one
// battery, and materials that make up more than all of it, are doubts.
export function collect(state) {
  const { batteries, components } = state.bundle;
  const everybody = new Set(batteries.keys());
  for (const children of components.values()) { children.forEach((each) => everybody.add(each)); }
  const found = new Map();
  for (const battery of sorted(everybody)) {
    const facts = read(state, battery);
    if (facts !== null) { found.set(battery, facts); }
  }
  for (const [battery, { materials }] of found) { checkShares(state, battery, materials); }
  return found;
}

// Read what stands; the first claim in the log that gives a mass or materials counts.
function read(state, battery) {
  const said = originsOf(state, battery);
  const indexOf = (digest) => state.judgements.get(digest).index;
  const good = [...said.keys()].filter((digest) => stands(state, battery, digest))
    .sort((left, right) => indexOf(left) - indexOf(right));
  if (!good.length) { return null; }
  const masses = good.map((digest) => massOf(said.get(digest))).filter((mass) => mass !== null);
  const several = good.map((digest) => materialsOf(said.get(digest)));
  const materials = several.find((each) => each.length) || [];
  checkMasses(state, battery, masses);
  const { issuer, voucher } = state.judgements.get(good[0]);
  return { issuer, voucher, mass: masses.length ? masses[0] : null, materials };
}

function checkMasses(state, battery, masses) {
  const ordered = [...masses].sort(compareAmounts);
  const different = ordered.filter(
    (mass, at) => at === 0 || compareAmounts(ordered[at - 1], mass) !== 0,
  );
  if (different.length > 1) {
    const several = different.map((mass) => `${written(mass)} kg`).join(" and as ");
    state.report.doubts.push(`The mass of ${battery} is attested as ${several}.`);
  }
}

function checkShares(state, battery, materials) {
  const whole = total(materials.map((each) => amount(each.get("massFraction") ?? "0")));
  if (isMoreThanAll(whole)) {
    state.report.doubts.push(
      `The materials of ${battery} make up ${written(whole)} of its mass.`,
    );
  }
}

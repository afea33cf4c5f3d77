// How much of a battery, by mass, is attested: its components by their makers, their materials. A
// component counts once, at the highest level that its maker weighs; materials count where they
// are named lowest, so that nothing is counted twice.

import { ZERO, add, amount, compareAmounts, multiply, total, written } from "./amounts.js";
import { isText } from "./canonical.js";
import * as facts from "./facts.js";
import * as supply from "./supply.js";
import { compare, sorted } from "./text.js";
import { materialsOf } from "./upstream.js";

const MAX_LEVELS = 32;
const NOTHING = [];

// Say of each battery asked about how much of it is attested, by whom, how deep. What weighs more
// inside than as a whole is a doubt, and so is a lot of which more is used than its maker attests.
// Returns how many kilograms they use of each attestation named.
export function weigh(state, graph) {
  const { batteries, components } = state.bundle;
  const scale = new Scale(state, graph);
  const inside = new Set([...components.values()].flat());
  const used = new Map();
  for (const battery of batteries.keys()) {
    const { attested, levels } = scale.weigh(battery);
    state.report.attested.push(attested);
    for (const level of inside.has(battery) ? NOTHING : levels) {
      for (const [name, mass] of level) { addTo(used, name, mass); }
    }
  }
  scale.checkMasses();
  state.report.doubts.push(...sorted(scale.mistaken));
  for (const name of sorted(used.keys())) { checkLot(state, name, used.get(name)); }
  return used;
}

function addTo(masses, name, mass) {
  masses.set(name, add(masses.get(name) || ZERO, mass));
}

function checkLot(state, name, used) {
  const signed = state.credentials.get(name);
  const mass = supply.massOf(state, name);
  const { index } = state.judgements.get(name);
  const what = signed.subjectId || `the lots of the batch at ${index}`;
  if (mass === null || compareAmounts(used, mass) > 0) {
    const attested = mass === null ? "no mass: lot size unknown" : `${written(mass)} kg`;
    state.report.doubts.push(
      `This bundle uses ${written(used)} kg of ${what}; ${signed.issuer} attests ${attested}.`,
    );
  }
}

// Weighs the batteries of one bundle.
class Scale {
  constructor(state, graph) {
    this.state = state;
    this.graph = graph;
    this.mistaken = new Set();
    this.facts = facts.collect(state);
  }

  // Weigh one battery; also what it uses of each attestation, level by level.
  weigh(battery) {
    const own = this.facts.get(battery);
    const { weighed, unweighed } = this.topmost(battery);
    const { counts, components } = this.count(battery);
    const levels = this.levels(components ? weighed : [battery]);
    const attested = {
      battery,
      issuer: own ? own.issuer : null,
      voucher: own ? own.voucher : null,
      mass: own ? own.mass : null,
      components,
      unweighed,
      componentsMass: this.mass(weighed),
      shares: sharesOf(counts),
      levels: levels.map((level) => this.levelOf(level)),
    };
    return { attested, levels };
  }

  // Doubt a battery that weighs less than what it holds.
  checkMasses() {
    for (const battery of sorted(this.state.bundle.components.keys())) {
      const own = this.facts.get(battery);
      const held = this.mass(this.topmost(battery).weighed);
      if (own && own.mass !== null && compareAmounts(held, own.mass) > 0) {
        this.state.report.doubts.push(
          `The components of ${battery} weigh ${written(held)} kg, it itself only`
            + ` ${written(own.mass)} kg.`,
        );
      }
    }
  }

  children(battery) {
    return this.state.bundle.components.get(battery) || NOTHING;
  }

  mass(batteries) {
    return total(batteries.map((each) => this.facts.get(each).mass || ZERO));
  }

  // The highest components that their makers weigh, and how many nobody weighs.
  topmost(battery) {
    const weighed = [];
    let unweighed = 0;
    const waiting = [...this.children(battery)];
    while (waiting.length) {
      const each = waiting.pop();
      const inside = this.children(each);
      if (this.facts.get(each)?.mass) {
        weighed.push(each);
      } else {
        unweighed += inside.length ? 0 : 1;
        for (const below of inside) { waiting.push(below); }
      }
    }
    return { weighed, unweighed };
  }

  // How many components each maker attests and their mass, and how many there are. What lies
  // inside a component of the same maker adds to the count, not to the mass.
  count(battery) {
    const counts = new Map();
    let components = 0;
    const waiting = this.children(battery).map((each) => [each, new Set()]);
    while (waiting.length) {
      let [each, above] = waiting.pop();
      components += 1;
      const known = this.facts.get(each);
      if (known) {
        const mass = above.has(known.issuer) ? ZERO : known.mass || ZERO;
        tally(counts, known, mass);
        above = mass.digits ? new Set([...above, known.issuer]) : above;
      }
      for (const inside of this.children(each)) { waiting.push([inside, above]); }
    }
    return { counts, components };
  }

  // Whose materials count for a battery: the lowest inside it that name some.
  sources(battery) {
    const found = this.children(battery).flatMap((child) => this.sources(child));
    const known = this.facts.get(battery);
    if (found.length || !known || known.mass === null || !known.materials.length) { return found; }
    return [battery];
  }

  // Follow the materials of these upstream, level by level, as far as they are attested.
  levels(weighed) {
    let level = new Map();
    for (const source of weighed.flatMap((battery) => this.sources(battery))) {
      const known = this.facts.get(source);
      this.passOn(known.mass || ZERO, known.materials, level);
    }
    const found = [];
    while (level.size && found.length < MAX_LEVELS) {
      found.push(level);
      const deeper = new Map();
      for (const [name, mass] of level) {
        const claims = supply.claimsOf(this.state.credentials.get(name));
        this.passOn(mass, materialsOf(claims), deeper);
      }
      level = deeper;
    }
    return found;
  }

  // Add to each attestation named the part of a mass that it stands for.
  passOn(mass, materials, level) {
    for (const each of materials) {
      const [name, part] = [each.get("attestation"), each.get("massFraction")];
      if (!isText(name) || !isText(part)) { continue; }
      if (this.graph.stands(name) && this.isOf(name, each.get("material"))) {
        addTo(level, name, multiply(mass, amount(part)));
      }
    }
  }

  // Whether an attestation speaks of a material; what is named wrongly is a doubt. A batch of which
  // some lots were taken back weighs nothing: which were used, nobody says.
  isOf(name, material) {
    const attested = supply.materialOf(this.state.credentials.get(name));
    if (attested !== material) {
      const { index } = this.state.judgements.get(name);
      this.mistaken.add(
        `The attestation at ${index} is named for ${material};`
          + ` it is of ${attested || "no one material"}.`,
      );
      return false;
    }
    return !this.state.itemsTakenBack.has(name);
  }

  levelOf(level) {
    const counts = new Map();
    for (const [name, mass] of level) { tally(counts, this.state.judgements.get(name), mass); }
    return { mass: total([...level.values()]), shares: sharesOf(counts) };
  }
}

function tally(counts, { issuer, voucher }, mass) {
  const who = `${issuer} ${voucher}`;
  const before = counts.get(who) || { issuer, voucher, count: 0, mass: ZERO };
  counts.set(who, { ...before, count: before.count + 1, mass: add(before.mass, mass) });
}

function sharesOf(counts) {
  return [...counts.values()].sort(
    (left, right) => compare(left.issuer, right.issuer) || compare(left.voucher, right.voucher),
  );
}

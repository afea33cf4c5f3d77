// Step 11 of verifying a bundle: the component chain, from the battery down to materials.

import { componentRoot } from "./batch.js";
import { equal } from "./canonical.js";
import { BadBundle } from "./errors.js";
import { originsOf, stands } from "./origins.js";
import { follow } from "./recycled.js";
import { smallest, sorted } from "./text.js";
import { Graph, upstreamOf } from "./upstream.js";
import { weigh } from "./weights.js";

const NOTHING = [];
const MAX_NESTING = 32;

const refusal = (detail) => new BadBundle(detail, { step: 11 });

// Walk battery → components → upstream attestations; count what its makers attested.
export function checkComponents(state) {
  const { batteries } = state.bundle;
  const { report } = state;
  const below = walk(state);
  const strays = [...state.items.keys()].filter((id) => !below.has(id) && !batteries.has(id));
  if (strays.length) { throw refusal(`The item ${smallest(strays)} belongs to no component.`); }
  const graph = new Graph(state);
  const { shown, hidden } = graph.parted();
  const attested = new Map(sorted(below).map((id) => [id, attestedBy(state, id)]));
  for (const battery of batteries.keys()) {
    if (!below.has(battery) && attestedBy(state, battery) === null) {
      report.doubts.push(`The origin of ${battery} is attested by nobody.`);
    }
  }
  const byIssuer = countByIssuer(attested);
  const bare = new Set([...attested].filter(([, issuer]) => issuer === null).map(([id]) => id));
  for (const parent of sorted(new Set([...batteries.keys(), ...below]))) {
    compare(state, parent, bare);
  }
  const good = attested.size - bare.size;
  const tops = [...batteries.keys()].flatMap((each) => [...originsOf(state, each).keys()]);
  report.coverage = {
    components: below.size, attested: good, byIssuer, depth: graph.depth(tops),
    upstreamShown: shown.size, upstreamHidden: hidden.size,
  };
  follow(state, graph, weigh(state, graph));
  return `${good} of ${below.size} components attested by their makers,`
    + ` ${shown.size} upstream attestations shown, ${hidden.size} not shown`;
}

function countByIssuer(attested) {
  const counts = new Map();
  for (const issuer of attested.values()) {
    if (issuer !== null) { counts.set(issuer, (counts.get(issuer) || 0) + 1); }
  }
  return sorted(counts.keys()).map((issuer) => [issuer, counts.get(issuer)]);
}

// All components; refuses a circle, two parents, and a parent outside the battery.
function walk(state) {
  const { batteries, components } = state.bundle;
  const inside = new Set([...components.values()].flat());
  const tops = new Set([...batteries.keys()].filter((each) => !inside.has(each)));
  const below = new Set();
  const waiting = sorted(tops).map((each) => [each, 0]);
  let visited = 0;
  while (waiting.length) {
    const [parent, depth] = waiting.pop();
    const children = components.get(parent) || NOTHING;
    visited += children.length ? 1 : 0;
    if (children.length && depth === MAX_NESTING) {
      throw refusal(`${parent} is nested deeper than ${MAX_NESTING} levels.`);
    }
    for (const child of children) {
      if (below.has(child) || tops.has(child)) {
        throw refusal(`${child} stands in two places at once.`);
      }
      below.add(child);
      waiting.push([child, depth + 1]);
    }
  }
  if (visited !== components.size) {
    throw refusal("Some components belong to another battery.");
  }
  return below;
}

// The maker that attests a battery's origin; two that do are a doubt.
function attestedBy(state, battery) {
  const good = [...originsOf(state, battery).keys()]
    .filter((digest) => stands(state, battery, digest));
  const issuers = sorted(new Set(good.map((digest) => state.judgements.get(digest).issuer)));
  if (issuers.length > 1) {
    const all = issuers.join(" and by ");
    state.report.doubts.push(`The origin of ${battery} is claimed by ${all}.`);
  }
  return issuers.length ? issuers[0] : null;
}

// Does the battery hold what its maker said it holds? Repairs make it differ: a doubt. So are
// components that the maker names and nobody attests; `bare` are those.
function compare(state, parent, bare) {
  const { doubts } = state.report;
  const children = state.bundle.components.get(parent) || NOTHING;
  const origins = originsOf(state, parent);
  for (const [digest, claims] of origins) {
    const claimed = claims.get("components") ?? null;
    if (claimed !== null && !equal(claimed, componentRoot(children))) {
      const { issuer } = state.credentials.get(digest);
      doubts.push(`${parent} does not hold the components that ${issuer} attested.`);
    }
    const missing = children.filter((each) => bare.has(each));
    if (claimed !== null && missing.length) {
      doubts.push(
        `${missing.length} components of ${parent} carry no good attestation,`
          + ` ${missing[0]} among them.`,
      );
    }
    compareUpstream(state, children, digest, claims);
  }
  const commits = [...origins].some(
    ([digest, claims]) => claims.has("components") && stands(state, parent, digest),
  );
  if (children.length && !commits) {
    doubts.push(
      `That its ${children.length} components are in ${parent} is said by this service only.`,
    );
  }
}

// A maker that names what it builds upon names the attestations of all its components.
function compareUpstream(state, children, digest, claims) {
  const { subject } = state.credentials.get(digest);
  const named = new Set([...upstreamOf(subject), ...upstreamOf(claims)]);
  if (!named.size) { return; }
  for (const child of children) {
    const origins = [...originsOf(state, child).keys()];
    if (origins.length && !origins.some((each) => named.has(each))) {
      state.report.doubts.push(
        `The attestation of ${child} is not one that ${digest} builds upon.`,
      );
    }
  }
}

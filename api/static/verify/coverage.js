// Step 11 of verifying a bundle: the component chain, from the battery down to materials.

import { componentRoot } from "./batch.js";
import { equal } from "./canonical.js";
import { ORIGIN } from "./kinds.js";
import { BadBundle } from "./errors.js";
import { Verdict } from "./report.js";
import { smallest, sorted } from "./text.js";

const NOTHING = [];

const refusal = (detail) => new BadBundle(detail, { step: 11 });

// Walk battery → components → upstream attestations; count what its makers attested.
export function checkComponents(state) {
  const { batteries } = state.bundle;
  const { report } = state;
  const below = walk(state);
  const strays = [...state.items.keys()].filter((id) => !below.has(id) && !batteries.has(id));
  if (strays.length) { throw refusal(`The item ${smallest(strays)} belongs to no component.`); }
  const { shown, hidden } = followUpstream(state);
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
  report.coverage = {
    components: below.size, attested: good, byIssuer, depth: depthOf(state),
    upstreamShown: shown.size, upstreamHidden: hidden.size,
  };
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
  const waiting = sorted(tops);
  let visited = 0;
  while (waiting.length) {
    const children = components.get(waiting.pop()) || NOTHING;
    visited += children.length ? 1 : 0;
    for (const child of children) {
      if (below.has(child) || tops.has(child)) {
        throw refusal(`${child} stands in two places at once.`);
      }
      below.add(child);
      waiting.push(child);
    }
  }
  if (visited !== components.size) {
    throw refusal("Some components belong to another battery.");
  }
  return below;
}

// The digests of the attestations that a maker built upon.
function upstreamOf(credential) {
  const value = credential.subject.get("upstream");
  return Array.isArray(value) ? value : NOTHING;
}

function followUpstream(state) {
  const shown = new Set();
  const hidden = new Set();
  for (const credential of state.credentials.values()) {
    for (const digest of upstreamOf(credential)) {
      (state.credentials.has(digest) ? shown : hidden).add(digest);
    }
  }
  return { shown, hidden };
}

// How many attestations deep the battery's own origin goes; no digest can name itself.
function depthOf(state) {
  const { credentials } = state;
  let level = new Set(
    [...state.bundle.batteries.keys()].flatMap((battery) => [...originsOf(state, battery).keys()]),
  );
  let depth = 0;
  while (level.size && depth < credentials.size + 1) {
    depth += 1;
    const below = [...level].flatMap((digest) => upstreamOf(credentials.get(digest)));
    level = new Set(below.filter((digest) => credentials.has(digest)));
  }
  return depth;
}

// What attestations of origin say of a battery, alone or as an item, by their digests.
function originsOf(state, battery) {
  const found = new Map();
  for (const digest of state.singles.get(battery) || NOTHING) {
    found.set(digest, state.credentials.get(digest).subject);
  }
  for (const [digest, claims] of state.items.get(battery) || NOTHING) {
    if (state.credentials.get(digest).subject.get("itemType") === ORIGIN) {
      found.set(digest, claims);
    }
  }
  return found;
}

const isValid = (state, digest) => state.judgements.get(digest).verdict === Verdict.VALID;

// The maker that attests a battery's origin; two that do are a doubt.
function attestedBy(state, battery) {
  const takenBack = (digest) => state.itemsTakenBack.get(digest)?.has(battery);
  const good = [...originsOf(state, battery).keys()]
    .filter((digest) => isValid(state, digest) && !takenBack(digest));
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
    compareUpstream(state, children, digest);
  }
  const commits = [...origins].some(
    ([digest, claims]) => claims.has("components") && isValid(state, digest),
  );
  if (children.length && !commits) {
    doubts.push(
      `That its ${children.length} components are in ${parent} is said by this service only.`,
    );
  }
}

function compareUpstream(state, children, digest) {
  const named = new Set(upstreamOf(state.credentials.get(digest)));
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

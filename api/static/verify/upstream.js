// Which attestations build upon which: the chain from a battery's origin down to its materials.

import { isObject } from "./canonical.js";
import { Verdict } from "./report.js";

const NOTHING = [];
const listIn = (claims, name) => {
  const value = claims.get(name);
  return Array.isArray(value) ? value : NOTHING;
};

// What a claim says a battery or lot is made of.
export const materialsOf = (claims) => listIn(claims, "materials");

// The digests of the attestations that a claim says it builds upon.
export const upstreamOf = (claims) => listIn(claims, "upstream");

// The digests of all attestations that a claim names: its materials' too.
function namedBy(claims) {
  const materials = materialsOf(claims).filter((each) => each.has("attestation"));
  return [...upstreamOf(claims), ...materials.map((each) => each.get("attestation"))];
}

// Which attestation shown names which others; no digest can name itself.
export class Graph {
  constructor(state) {
    this.state = state;
    this.named = new Map();
    for (const [digest, { subject }] of state.credentials) {
      const common = subject.get("common");
      const shared = isObject(common) ? namedBy(common) : NOTHING;
      this.named.set(digest, new Set([...namedBy(subject), ...shared]));
    }
    for (const items of state.items.values()) {
      for (const [digest, claims] of items) {
        // What all items share stands in the batch, and was taken there.
        for (const each of namedBy(claims)) { this.named.get(digest).add(each); }
      }
    }
  }

  // The digests that an attestation and its items shown build upon.
  names(digest) {
    return this.named.get(digest) || NOTHING;
  }

  // Which of the attestations named are shown, and which are not.
  parted() {
    const [shown, hidden] = [new Set(), new Set()];
    for (const several of this.named.values()) {
      for (const each of several) {
        (this.state.credentials.has(each) ? shown : hidden).add(each);
      }
    }
    return { shown, hidden };
  }

  // Whether an attestation is shown and VALID.
  stands(digest) {
    return this.state.credentials.has(digest)
      && this.state.judgements.get(digest).verdict === Verdict.VALID;
  }

  // How many attestations deep the longest chain goes that begins at one of these.
  depth(first) {
    const depths = new Map();
    const roots = first.filter((each) => this.stands(each));
    const waiting = [...roots];
    while (waiting.length) {
      const digest = waiting[waiting.length - 1];
      const below = [...this.named.get(digest)].filter((each) => this.stands(each));
      const unknown = depths.has(digest) ? NOTHING : below.filter((each) => !depths.has(each));
      for (const each of unknown) { waiting.push(each); }
      if (!unknown.length) {
        depths.set(digest, 1 + deepest(below, depths));
        waiting.pop();
      }
    }
    return deepest(roots, depths);
  }
}

function deepest(digests, depths) {
  return digests.reduce((most, each) => Math.max(most, depths.get(each)), 0);
}

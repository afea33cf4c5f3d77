// The Merkle tree of RFC 9162: hashes, one proof for many leaves, and the proof of growth.

import { sameBytes } from "./encoding.js";
import { BadTree } from "./errors.js";
import { sha256 } from "./sha256.js";

export const HASH_BYTES = 32;
export const EMPTY_ROOT = sha256(new Uint8Array(0));

// Hash a leaf: SHA-256(0x00 ‖ data) (RFC 9162 §2.1.1).
export function leafHash(data) {
  const prefixed = new Uint8Array(data.length + 1);
  prefixed.set(data, 1);
  return sha256(prefixed);
}

// Hash two children: SHA-256(0x01 ‖ left ‖ right) (RFC 9162 §2.1.1).
function nodeHash(left, right) {
  const prefixed = new Uint8Array(1 + 2 * HASH_BYTES);
  prefixed[0] = 1;
  prefixed.set(left, 1);
  prefixed.set(right, 1 + HASH_BYTES);
  return sha256(prefixed);
}

// The root over leaf hashes; the root of nothing is SHA-256 of nothing.
export function rootOf(hashes) {
  let level = hashes;
  if (!level.length) { return EMPTY_ROOT; }
  while (level.length > 1) {
    const next = [];
    for (let at = 0; at + 1 < level.length; at += 2) {
      next.push(nodeHash(level[at], level[at + 1]));
    }
    if (level.length % 2) { next.push(level[level.length - 1]); }
    level = next;
  }
  return level[0];
}

const misshapen = (hashes) => hashes.some((each) => each.length !== HASH_BYTES);

// Where RFC 9162 parts leaves [start, end): after the largest power of two that fits. Sizes may
// lie beyond 2^53, so places are BigInt.
function middleOf(start, end) {
  const bits = (end - start - 1n).toString(2).length;
  return start + (1n << BigInt(bits - 1));
}

// The root that leaf hashes, a Map by their places, and the nodes between them lead to. Refuses
// no leaves, an index outside the tree, too few or too many nodes, and what is no hash.
export function rootFromMany({ leaves, size, nodes }) {
  const places = [...leaves.keys()].sort((left, right) => left - right);
  if (!places.length || !(places[0] >= 0 && places[places.length - 1] < size)) {
    throw new BadTree(`The leaves shown are not in a tree of ${size} leaves.`);
  }
  if (misshapen(nodes) || misshapen([...leaves.values()])) {
    throw new BadTree("The nodes or the leaves are not made of hashes.");
  }
  const climber = new Climber(places, leaves, nodes);
  const top = climber.climb(0n, BigInt(size), 0, places.length);
  if (climber.used < nodes.length) {
    throw new BadTree("The proof has more nodes than it needs.");
  }
  return top;
}

class Climber {
  constructor(places, leaves, nodes) {
    this.places = places;
    this.leaves = leaves;
    this.nodes = nodes;
    this.used = 0;
  }

  // The root over leaves [start, end), of which the places from `first` to `last` are shown.
  climb(start, end, first, last) {
    if (first === last) { return this.next(); }
    if (end - start === 1n) { return this.leaves.get(this.places[first]); }
    const middle = middleOf(start, end);
    const parting = this.part(middle, first, last);
    const left = this.climb(start, middle, first, parting);
    return nodeHash(left, this.climb(middle, end, parting, last));
  }

  part(middle, first, last) {
    let [low, high] = [first, last];
    while (low < high) {
      const at = (low + high) >> 1;
      if (this.places[at] < middle) { low = at + 1; } else { high = at; }
    }
    return low;
  }

  next() {
    if (this.used === this.nodes.length) {
      throw new BadTree("The proof has fewer nodes than it needs.");
    }
    this.used += 1;
    return this.nodes[this.used - 1];
  }
}

// Refuse unless the old tree is a prefix of the new one (RFC 9162 §2.1.4.2).
export function verifyConsistency({ old, size, oldRoot, root, path }) {
  if (!(old >= 0 && old <= size) || misshapen(path)) {
    throw new BadTree("The consistency proof has impossible sizes or hashes.");
  }
  const [from, to] = [BigInt(old), BigInt(size)];
  if (from === to || from === 0n) {
    verifyTrivial({ from, to, oldRoot, root, path });
    return;
  }
  if (!path.length) { throw new BadTree("The consistency proof is empty."); }
  const proof = from & (from - 1n) ? path : [oldRoot, ...path];
  const [fr, sr] = consistencyRoots(proof, from - 1n, to - 1n);
  if (!sameBytes(fr, oldRoot) || !sameBytes(sr, root)) {
    throw new BadTree("The new tree does not begin with the old one.");
  }
}

function verifyTrivial({ from, to, oldRoot, root, path }) {
  if (path.length) { throw new BadTree("This consistency proof must be empty."); }
  if (from === 0n && (!sameBytes(oldRoot, EMPTY_ROOT) || misshapen([root]))) {
    throw new BadTree("The root of the empty tree is SHA-256 of nothing.");
  }
  if (from === to && !sameBytes(oldRoot, root)) {
    throw new BadTree("Two trees of one size have two roots.");
  }
}

function consistencyRoots(proof, from, to) {
  let [fn, sn] = [from, to];
  for (; fn & 1n; fn >>= 1n) { sn >>= 1n; }
  let [fr, sr] = [proof[0], proof[0]];
  for (const c of proof.slice(1)) {
    if (sn === 0n) { throw new BadTree("The consistency proof is too long."); }
    if ((fn & 1n) || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      for (; !(fn & 1n) && fn; fn >>= 1n) { sn >>= 1n; }
    } else {
      sr = nodeHash(sr, c);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) { throw new BadTree("The consistency proof is too short."); }
  return [fr, sr];
}

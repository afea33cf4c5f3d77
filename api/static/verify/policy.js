// The auditor's trust file (C2SP tlog-policy): which log, witnesses, issuers, record keys.

import { decode } from "./canonical.js";
import { parseDid } from "./did.js";
import { hex } from "./encoding.js";
import { BadPolicy, NoQuorum, ProofError } from "./errors.js";
import * as keys from "./keys.js";
import * as note from "./note.js";
import { first, quoted, sorted } from "./text.js";

export const MAX_BYTES = 262144;
const MAX_LINES = 4096;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;
const REMEDY = "The lines a policy may have are: log, witness, group, quorum, issuer, record.";

// Whom the auditor trusts, and for what. Pins of issuers and records are (DID, key).
class Policy {
  constructor() {
    this.logs = new Map();
    this.witnesses = new Map();
    this.groups = new Map();
    this.quorum = null;
    this.issuers = new Map();
    this.records = new Map();
  }

  // The name of the log in the last of its lines: the only one that a bundle may be of.
  get newestLog() {
    return [...this.logs.keys()].pop();
  }

  // All keys whose signatures on a checkpoint count.
  verifiers() {
    return [...this.logs.values(), ...this.witnesses.values()];
  }

  // Refuse unless enough of the witnesses have cosigned.
  checkQuorum(cosigned) {
    if (this.quorum === "none" || this.isWitnessed(this.quorum, cosigned)) { return; }
    const names = cosigned.size ? sorted([...cosigned].map((each) => each.name)) : ["nobody"];
    throw new NoQuorum(
      `The quorum ${quoted(this.quorum)} is not met: cosigned by ${names.join(", ")}.`,
      { remedy: "Wait until more witnesses have cosigned, then fetch the bundle again." },
    );
  }

  isWitnessed(name, cosigned) {
    if (this.witnesses.has(name)) { return cosigned.has(this.witnesses.get(name)); }
    const group = this.groups.get(name);
    const met = group.members.filter((member) => this.isWitnessed(member, cosigned));
    return met.length >= group.threshold;
  }

  // Whether the auditor pinned this key to this issuer.
  pins(did, publicKey) {
    return this.issuers.has(pinName(did, publicKey));
  }

  recordIssuers() {
    return [...this.records.values()].map((pin) => pin.did);
  }

  recordKeysOf(did) {
    return [...this.records.values()].filter((pin) => pin.did === did).map((pin) => pin.key);
  }
}

const pinName = (did, key) => `${did} ${hex(key)}`;

// Read a trust file; refuses an unknown line, a doubled key, a name not defined above.
export function parse(data) {
  const lineEnds = data.reduce((count, each) => count + (each === 10 ? 1 : 0), 0);
  if (data.length > MAX_BYTES || lineEnds > MAX_LINES) {
    throw new BadPolicy("The trust file is too long.");
  }
  const text = decode(data);
  if (text === null) { throw new BadPolicy("The trust file is not UTF-8."); }
  if (CONTROL.test(text)) {
    throw new BadPolicy("The trust file holds control characters (also check its line ends).");
  }
  const policy = new Policy();
  text.split("\n").forEach((line, at) => {
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    if (words.length && !words[0].startsWith("#")) { take(policy, words, at + 1); }
  });
  if (policy.quorum === null) {
    throw new BadPolicy("The trust file has no quorum line.", {
      remedy: "Write `quorum none` or more.",
    });
  }
  return policy;
}

function take(policy, words, number) {
  if (!LINES.has(words[0])) {
    const detail = `Line ${number}: ${quoted(first(words[0], 40))} is unknown.`;
    throw new BadPolicy(detail, { remedy: REMEDY });
  }
  try {
    LINES.get(words[0])(policy, words.slice(1));
  } catch (error) {
    if (!(error instanceof ProofError)) { throw error; }
    throw new BadPolicy(`Line ${number}: ${error.detail}`, { remedy: error.remedy });
  }
}

function log(policy, words) {
  if (words.length !== 1 && words.length !== 2) {
    throw new BadPolicy("A log line is: log VKEY [URL].");
  }
  const verifier = note.parseVkey(words[0]);
  if (verifier.algorithm !== note.ED25519) {
    throw new BadPolicy(`${verifier.name} is not a log's key (algorithm 1).`);
  }
  refuseDouble(policy, verifier);
  policy.logs.set(verifier.name, verifier);
}

function witness(policy, words) {
  if (words.length !== 2 && words.length !== 3) {
    throw new BadPolicy("A witness line is: witness NAME VKEY [URL].");
  }
  define(policy, words[0]);
  const verifier = note.parseVkey(words[1]);
  if (verifier.algorithm !== note.COSIGNATURE) {
    throw new BadPolicy(`${verifier.name} is not a witness's key (algorithm 4).`);
  }
  refuseDouble(policy, verifier);
  policy.witnesses.set(words[0], verifier);
}

// One key in two lines would count twice towards a quorum, or let a log witness itself.
function refuseDouble(policy, verifier) {
  const sameLog = (each) => each.name === verifier.name
    && each.algorithm === note.ED25519 && verifier.algorithm === note.ED25519;
  if (policy.verifiers().some((each) => note.sameKey(each, verifier) || sameLog(each))) {
    throw new BadPolicy(`${verifier.name} has a key or a name that stands above already.`);
  }
}

function define(policy, name) {
  if (name === "none" || policy.witnesses.has(name) || policy.groups.has(name)) {
    throw new BadPolicy(`The name ${quoted(name)} is taken.`);
  }
}

const isDefined = (policy, name) => policy.witnesses.has(name) || policy.groups.has(name);

function group(policy, words) {
  if (words.length < 3) {
    throw new BadPolicy("A group line is: group NAME all|any|K MEMBER...");
  }
  const [name, rule, ...members] = words;
  define(policy, name);
  const used = new Set([...policy.groups.values()].flatMap((each) => each.members));
  for (const member of members) {
    if (!isDefined(policy, member)) {
      throw new BadPolicy(`${quoted(member)} is not defined above.`);
    }
    if (used.has(member) || members.filter((each) => each === member).length > 1) {
      throw new BadPolicy(`${quoted(member)} is a member already: a witness counts once.`);
    }
  }
  policy.groups.set(name, { threshold: threshold(rule, members.length), members });
}

function threshold(rule, size) {
  if (rule === "all" || rule === "any") { return rule === "all" ? size : 1; }
  if (!/^[1-9][0-9]{0,3}$/.test(rule) || Number(rule) > size) {
    throw new BadPolicy(`${quoted(first(rule, 20))} of ${size} is not a threshold.`);
  }
  return Number(rule);
}

function quorum(policy, words) {
  if (policy.quorum !== null || words.length !== 1) {
    throw new BadPolicy("There is one quorum line, with one name.");
  }
  if (words[0] !== "none" && !isDefined(policy, words[0])) {
    throw new BadPolicy(`${quoted(words[0])} is not defined above.`);
  }
  policy.quorum = words[0];
}

function pin(pins, words) {
  if (words.length !== 2) {
    throw new BadPolicy("An issuer or record line is: issuer DID MULTIKEY.");
  }
  const { did } = parseDid(words[0]);
  const key = keys.multikeyDecode(words[1]);
  pins.set(pinName(did, key), { did, key });
}

const LINES = new Map([
  ["log", log],
  ["witness", witness],
  ["group", group],
  ["quorum", quorum],
  ["issuer", (policy, words) => pin(policy.issuers, words)],
  ["record", (policy, words) => pin(policy.records, words)],
]);

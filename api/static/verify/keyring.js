// Which key was whose, and good, at each place of the log: order decides, not clocks.

import { hex } from "./encoding.js";
import { BadCredential, UnknownKey } from "./errors.js";
import { HOSTED, REVOKE, ROTATE } from "./keyevent.js";
import { PLAIN, Verdict, Voucher } from "./report.js";
import * as vouching from "./vouching.js";

function isSuspect(key, index) {
  return key.suspectFrom !== null && index >= key.suspectFrom;
}

// From where to where in the log a key counts, in words.
export function inForce(key) {
  const ends = key.revoked === null ? "" : ` to ${key.revoked}`;
  const doubtful = key.suspectFrom === null ? "" : `, suspect from ${key.suspectFrom} on`;
  return `from ${key.added}${ends}${doubtful}`;
}

// The keys that key events of the log brought in, by verification method.
export class Keyring {
  constructor(policy, didDocuments) {
    this.policy = policy;
    this.didDocuments = didDocuments;
    this.known = new Map();
    this.taken = new Set();
  }

  // The public key of a method; refuses one that no key event brought in.
  resolve(method) {
    if (!this.known.has(method)) {
      throw new UnknownKey(`No key event in the bundle brings in ${method}.`, {
        remedy: "Ask for a bundle that holds the key events of this issuer.",
      });
    }
    return this.known.get(method).publicKey;
  }

  // The public key of a method; refuses one that was revoked already.
  resolveUnrevoked(method) {
    const publicKey = this.resolve(method);
    if (this.known.get(method).revoked !== null) {
      throw new UnknownKey(`${method} was revoked before it signed this key event.`);
    }
    return publicKey;
  }

  // Apply a key event at its place in the log; refuses a method brought in twice.
  take(event, index) {
    if (event.op === REVOKE) {
      this.revoke(event, index);
      return;
    }
    this.add(event, index);
    if (event.op === ROTATE) {
      const old = this.known.get(event.credential.method);
      Object.assign(old, { revoked: index, revokedBy: event.method });
    }
  }

  add(event, index) {
    if (this.known.has(event.method)) {
      throw new BadCredential(`${event.method} is brought in a second time, at ${index}.`);
    }
    if (this.taken.has(hex(event.publicKey))) {
      throw new BadCredential(`The key of ${event.method} is known under another name already.`);
    }
    this.taken.add(hex(event.publicKey));
    this.known.set(event.method, {
      did: event.did,
      method: event.method,
      publicKey: event.publicKey,
      added: index,
      custody: event.custody,
      replaces: event.replaces,
      revoked: null,
      revokedBy: "",
      reason: "",
      suspectFrom: null,
      suspectedBy: "",
      voucher: Voucher.SERVICE,
      note: "",
    });
  }

  // The first revocation counts, and the widest suspicion: a later event only adds to both, so
  // that nobody takes the sting out of a maker's own revocation by revoking before it.
  revoke(event, index) {
    const key = this.known.get(event.method);
    if (!key) {
      throw new UnknownKey(
        `The key event at ${index} revokes ${event.method}, which is unknown.`,
      );
    }
    const by = event.credential.method;
    if (key.revoked === null) {
      Object.assign(key, { revoked: index, revokedBy: by, reason: event.reason });
    }
    const start = event.suspectFrom;
    if (start !== null && (key.suspectFrom === null || start < key.suspectFrom)) {
      Object.assign(key, { suspectFrom: start, suspectedBy: by });
    }
  }

  // Say who vouches for each key, once all key events are taken: a key that came in by rotation
  // leans on the one before it, as that one stands after every later suspicion.
  settle(origin) {
    const hosts = vouching.serviceHosts(this.policy, origin);
    for (const key of this.known.values()) {
      [key.voucher, key.note] = this.voucherOf(key, hosts);
    }
  }

  voucherOf(key, hosts) {
    if (key.custody === HOSTED) {
      return [
        Voucher.HOSTED, "this service holds the private key and could have signed itself",
      ];
    }
    if (this.policy.pins(key.did, key.publicKey)) { return [Voucher.PINNED, ""]; }
    const document = this.didDocuments.get(key.did);
    const onService = vouching.isOn(key.did, hosts);
    if (document && !onService && vouching.lists(document, key)) {
      return [Voucher.OWN_DOMAIN, ""];
    }
    if (key.replaces !== null) { return endorsed(key, this.known.get(key.replaces)); }
    const note = "its DID lies on this service's own host, which vouches for nothing";
    return [Voucher.SERVICE, onService ? note : ""];
  }

  // Judge a signature by the index of its entry; returns the verdict and the reason.
  judge(method, index) {
    const key = this.known.get(method);
    if (index <= key.added) {
      return [
        Verdict.INVALID, `logged at ${index}, before its key came in at ${key.added}`,
      ];
    }
    if (key.revoked !== null && index >= key.revoked) {
      return [Verdict.INVALID, `logged at ${index}, after its key was ${this.gone(key)}`];
    }
    if (isSuspect(key, index)) {
      const by = this.named(key.suspectedBy);
      const from = key.suspectFrom;
      return [
        Verdict.SUSPECT, `logged at ${index}, but its key is suspect from ${from} on, says ${by}`,
      ];
    }
    if (key.revoked === null) {
      return [Verdict.VALID, `logged at ${index}, after its key came in at ${key.added}`];
    }
    return [Verdict.VALID, `logged at ${index}, before its key was ${this.gone(key)}`];
  }

  gone(key) {
    const after = this.known.get(key.revokedBy);
    if (after && after.replaces === key.method) {
      return `replaced at ${key.revoked} by ${key.revokedBy}`;
    }
    return `revoked at ${key.revoked} (${key.reason}) by ${this.named(key.revokedBy)}`;
  }

  // A key by its name, and what that name is worth: anybody may add one under any DID.
  named(method) {
    const key = this.known.get(method);
    if (PLAIN.includes(key.voucher)) { return method; }
    return `${method} (a key with no better voucher than: ${key.voucher}; ask ${key.did})`;
  }
}

// A key is as good as the one that it replaces, if that one was good at the rotation.
function endorsed(key, old) {
  const rotation = `it came in at ${key.added} by a rotation that ${old.method} signed`;
  if (isSuspect(old, key.added)) {
    const by = old.suspectedBy;
    return [
      Voucher.SERVICE, `${rotation} while suspect (from ${old.suspectFrom} on, says ${by})`,
    ];
  }
  if (!PLAIN.includes(old.voucher)) {
    return [Voucher.SERVICE, `${rotation}, whose own voucher is: ${old.voucher}`];
  }
  const first = old.voucher === Voucher.ENDORSED ? "" : ` (${old.voucher})`;
  return [Voucher.ENDORSED, `${rotation}${first}`];
}

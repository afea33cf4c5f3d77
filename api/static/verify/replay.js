// Step 5 of verifying a bundle: the key events in the order of the log.

import { BadBundle } from "./errors.js";
import * as keyevent from "./keyevent.js";
import { inForce } from "./keyring.js";

const refusal = (detail) => new BadBundle(detail, { step: 5 });

// Replay key events: each shown, and signed by a key that may. That it stands in the chain of its
// issuer, its entry says by itself.
export async function checkKeys(state) {
  const { keyring } = state;
  let count = 0;
  for (const [index, entry] of state.leaves) {
    if (entry.kind === "key") {
      keyring.take(await readAt(state, index, entry), index);
      count += 1;
    }
  }
  keyring.settle(state.head.origin);
  state.report.keys = [...keyring.known.values()].map((key) => ({
    method: key.method, voucher: key.voucher, inForce: inForce(key), note: key.note,
  }));
  return `${count} key events replayed, ${keyring.known.size} keys`;
}

async function readAt(state, index, entry) {
  const data = state.shown(index);
  if (!data) { throw refusal(`The key event at ${index} is not shown.`); }
  const event = await keyevent.read(data, (method) => state.keyring.resolveUnrevoked(method));
  if (entry.method !== event.credential.method) {
    throw refusal(`Entry ${index} names another signer than its document.`);
  }
  return event;
}

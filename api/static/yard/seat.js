// Who sits here, and what is kept of the party's own for the time without a network. All of it lies in
// one cache, which goes when that person signs out or acts for another party.

const OWN = "yard-own";
const PLACE = "/desk/yard/state";

// The name of the seat as the server left it in a cookie: it lets nobody in.
export function seatHere() {
  const found = /(?:^|; )yard=([0-9a-f]{32})(?:;|$)/.exec(document.cookie);
  return found ? found[1] : "";
}

export async function wipe() {
  if (window.caches) { await caches.delete(OWN); }
}

export async function keep(state) {
  if (!window.caches) { return; }
  const own = await caches.open(OWN);
  await own.put(PLACE, new Response(JSON.stringify(state), { headers: { "Content-Type": "application/json" } }));
}

// What was kept, if it is this seat's; another's is thrown away. `fresh` says whether its batteries
// may still be shown: not after the session has ended.
export async function kept() {
  if (!window.caches) { return null; }
  const found = await (await caches.open(OWN)).match(PLACE);
  const state = found ? await found.json() : null;
  if (!state || state.seat !== seatHere()) { await wipe(); return null; }
  state.fresh = Date.parse(state.until) > Date.now();
  if (!state.fresh) { state.cards = []; }
  return state;
}

// Asks the server; null without a network, { signedOut: true } where it knows nobody.
export async function ask() {
  let response;
  try {
    response = await fetch(PLACE, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(15000) });
  } catch {
    return null;
  }
  if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
    return { signedOut: true };
  }
  if (!response.ok) { return null; }
  const state = await response.json();
  await keep(state);
  state.fresh = true;
  return state;
}

// Sends what waits: at most fifty at once, again and again with a growing pause, and takes out of the
// queue only what the server has said that it has. One tab at a time; where a browser has no locks,
// the server takes each record once all the same.

import * as queue from "./queue.js";
import { stamp } from "./names.js";

const MOST = 50;
const PATIENT = 3;
const SHORTEST_MS = 2000;
const LONGEST_MS = 5 * 60000;
const FIELDS = ["id", "kind", "text", "happened_at", "device", "of", "because"];

// The pause after so many failures: doubled each time, and never the same for two devices.
export function pause(tries) {
  return Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(tries - 1, 12)) * (0.75 + Math.random() / 2);
}

// How many of these, in their order, go at once: where the server broke over them some times, fewer each
// time, down to one alone. So a record over which it breaks holds up no other, and is not asked for more
// often; a network that was away costs nothing.
export function portion(rows) {
  const over = rows.length ? Math.max(0, (rows[0].broke || 0) - PATIENT + 1) : 0;
  return rows.slice(0, Math.max(1, MOST >> Math.min(over, 10)));
}

function wire(row) {
  return Object.fromEntries(FIELDS.filter((name) => row[name] !== undefined && row[name] !== null && row[name] !== "")
    .map((name) => [name, row[name]]));
}

async function post(rows, { csrf, seat }) {
  return fetch("/desk/yard/records", {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf, "X-Yard-Seat": seat },
    body: JSON.stringify({ sent_at: stamp(), records: rows.map(wire) }),
    signal: AbortSignal.timeout(30000),
  });
}

async function later(rows) {
  await queue.change(rows.map((each) => each.id), (row) => ({ next_at: Date.now() + pause(row.tries) }));
}

// What the server said of each: what it has leaves the queue, what it refuses stays to be looked at.
async function settle(rows, items) {
  const said = new Map(items.map((each) => [each.id, each]));
  const answered = rows.filter((row) => said.has(row.id));
  const of = (row) => said.get(row.id);
  await queue.remove(answered.filter((row) => of(row).kept).map((row) => row.id));
  await later(rows.filter((row) => !said.has(row.id) || of(row).outcome === "later"));
  const refused = answered.filter((row) => !of(row).kept && of(row).outcome === "refused");
  await queue.change(refused.map((row) => row.id), (row) => ({ state: "attention", answer: said.get(row.id) }));
}

// One batch; "done", "later", "signed-out" or "token", which is also said where somebody else sits here
// by now. A batch that is refused as a whole is halved, so that one record that cannot be read holds up
// no other.
async function batch(rows, asked) {
  await queue.change(rows.map((each) => each.id), (row) => ({ tries: row.tries + 1 }));
  let response;
  try {
    response = await post(rows, asked);
  } catch {
    await later(rows);
    return "later";
  }
  if (response.type === "opaqueredirect" || response.status === 401) { return "signed-out"; }
  if (response.status === 403) { return "token"; }
  if ([400, 413, 415, 422].includes(response.status)) {
    if (rows.length > 1) {
      const half = Math.ceil(rows.length / 2);
      const first = await batch(rows.slice(0, half), asked);
      return first === "done" ? batch(rows.slice(half), asked) : first;
    }
    const problem = await response.json();
    await settle(rows, [{ id: rows[0].id, kept: false, outcome: "refused", code: problem.type, said: problem.detail, todo: "" }]);
    return "done";
  }
  if (response.status >= 500) {
    await queue.change(rows.map((each) => each.id), (row) => ({ broke: (row.broke || 0) + 1 }));
  }
  try {
    if (!response.ok) { throw new Error(String(response.status)); }
    const answer = await response.json();
    await settle(rows, answer.items);
    asked.told(answer.items);
    return "done";
  } catch {
    // Answered, but not to be read: the connection died in the middle, or the server broke.
    await later(rows);
    return "later";
  }
}

async function flush(asked) {
  const { party, hurried } = asked;
  // What has to wait a little is not asked for in the same breath again.
  const tried = new Set();
  for (;;) {
    const rows = portion((await queue.all())
      .filter((row) => row.party === party && row.state === "waiting" && !tried.has(row.id))
      .filter((row) => hurried || row.next_at <= Date.now()));
    if (!rows.length) { return "done"; }
    rows.forEach((row) => tried.add(row.id));
    const outcome = await batch(rows, asked);
    if (outcome !== "done") { return outcome; }
  }
}

// Sends the records of a party. `hurried` asks for all of them, whatever pause they are in.
export async function send(asked) {
  if (!navigator.locks) { return flush(asked); }
  return navigator.locks.request("yard-flush", { ifAvailable: true }, (lock) => (lock ? flush(asked) : "busy"));
}

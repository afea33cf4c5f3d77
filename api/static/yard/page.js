// The yard: keeps the scan field ready, notes each scan on the device first, and sends what waits.

import { live, look, readPhoto } from "./camera.js";
import { identify } from "./identify.js";
import { showAttention, showDevice, showRecent, showStanding } from "./lists.js";
import { newId, stamp } from "./names.js";
import * as queue from "./queue.js";
import * as seat from "./seat.js";
import { send } from "./sender.js";
import { word } from "./words.js";

const find = (id) => document.getElementById(id);
const code = find("code");
const EVERY_MS = 15000;
let state = null;
let device = "";
let lasting = false;
const now = { sending: false, offline: !navigator.onLine, signedOut: false };

async function draw() {
  const rows = await queue.all();
  const mine = state ? rows.filter((row) => row.party === state.party.id) : [];
  const others = new Map();
  rows.filter((row) => !state || row.party !== state.party.id)
    .forEach((row) => others.set(row.party_name, [...(others.get(row.party_name) || []), row]));
  const waiting = mine.filter((row) => row.state === "waiting");
  showStanding(waiting, now);
  showRecent(mine, state ? state.recent : []);
  showAttention(mine, state ? state.attention : [], { settle, drop });
  showDevice(others, { lasting, mine: mine.length });
  find("undo").hidden = !last(mine);
  find("sign-in").hidden = !now.signedOut;
  find("sign-out").hidden = !state || now.signedOut;
  find("whose").textContent = state ? state.party.name : "";
  code.disabled = !state && now.signedOut;
  notice(now.signedOut ? (state ? "session-over" : "sign-in-first") : "");
}

// What stands in the way of sending; a word about the last code gives way to it.
function notice(name) {
  find("notice").hidden = !name;
  find("notice").textContent = name ? word(name) : "";
}

function say(name) {
  find("misread").hidden = !name;
  find("misread").textContent = name ? word(name) : "";
}

function last(mine) {
  const taken = new Set([...mine, ...(state ? state.recent : [])].filter((each) => each.kind === "UNDO").map((each) => each.of));
  const can = (each) => !["UNDO", "TAKE", "REFUSE"].includes(each.kind) && !taken.has(each.id);
  const here = mine.filter((row) => row.state === "waiting" && can(row)).pop();
  return here || (state && state.recent.find((each) => can(each) && !each.settled)) || null;
}

// --- noting ---------------------------------------------------------------------------------------

async function note(kind, more) {
  if (!state) { return null; }
  const record = { id: newId(), party: state.party.id, party_name: state.party.name, kind, happened_at: stamp(), device, ...more };
  try {
    await queue.add(record);
  } catch {
    say("full");
    return null;
  }
  persist();
  await draw();
  flush(false);
  return record;
}

// Codes that come in one burst are noted one after the other, and none waits for the network.
async function scan(text) {
  const read = identify(text);
  const card = cardOf(text, read);
  say(read.fault ? `fault-${read.fault}` : "");
  const noted = await note("SCAN", { text, serial: card ? card.name : "" });
  if (noted) { showCard(card, noted); }
}

function cardOf(text, read) {
  const plain = text.trim();
  return (state ? state.cards : []).find(({ names }) => names.includes(plain) || (read.canonical && names.includes(read.canonical))) || null;
}

// The markup of a card is the server's own, with every value in it escaped there.
function showCard(card, record) {
  const answer = find("answer");
  if (!card) {
    const told = document.createElement("p");
    told.className = "quiet";
    told.textContent = now.offline ? word("unknown-here") : "";
    answer.replaceChildren(told);
    answer.dataset.waits = record ? record.id : "";
    return;
  }
  const drawn = new DOMParser().parseFromString(card.html, "text/html");
  answer.replaceChildren(...drawn.body.children);
  answer.dataset.waits = record ? record.id : "";
}

// --- sending --------------------------------------------------------------------------------------

// The newest answer of the server takes the place of what the device knew.
function told(items) {
  if (!state) { return; }
  items.filter((item) => item.kept).forEach((item) => {
    state.recent = [item, ...state.recent.filter((each) => each.id !== item.id)].slice(0, 30);
    const open = item.code && !item.settled;
    state.attention = [...(open ? [item] : []), ...state.attention.filter((each) => each.id !== item.id && each.id !== item.of)];
    if (item.card) {
      state.cards = [item.card, ...state.cards.filter((each) => each.names[0] !== item.card.names[0])].slice(0, 400);
    }
    if (find("answer").dataset.waits === item.id) { answered(item); }
  });
  state.recent.sort((one, other) => (one.id < other.id ? 1 : -1));
  seat.keep(state);
}

function answered(item) {
  if (item.card && !item.code) { showCard(item.card, item); return; }
  const note_ = document.createElement("p");
  note_.className = item.code ? "note attention" : "note done";
  const strong = document.createElement("strong");
  strong.textContent = item.code ? `▲ ${item.said}` : `● ${word(item.kind)}`;
  note_.append(strong, ` ${item.todo} `);
  if (item.shipment) {
    const link = document.createElement("a");
    link.href = item.shipment;
    link.textContent = word("shipment");
    note_.append(link);
  }
  if (item.card) { showCard(item.card, item); find("answer").prepend(note_); return; }
  find("answer").replaceChildren(note_);
}

async function flush(hurried) {
  if (!state || !state.csrf || now.signedOut) { return; }
  now.sending = true;
  await draw();
  let outcome = await send({ party: state.party.id, seat: state.seat, csrf: state.csrf, hurried, told });
  if (outcome === "token") {
    await refresh();
    outcome = state && !now.signedOut ? await send({ party: state.party.id, seat: state.seat, csrf: state.csrf, hurried, told }) : outcome;
  }
  now.sending = false;
  now.signedOut = now.signedOut || outcome === "signed-out";
  now.offline = outcome === "later" || !navigator.onLine;
  await draw();
}

// Asks the server who sits here: somebody else finds nothing of what the former one had.
async function refresh() {
  const fresh = await seat.ask();
  now.offline = !fresh;
  if (fresh && fresh.signedOut) {
    now.signedOut = true;
    if (!seat.seatHere()) { await seat.wipe(); state = null; }
  } else if (fresh) {
    now.signedOut = false;
    state = fresh;
    find("sign-out").elements.csrfmiddlewaretoken.value = state.csrf;
  }
  await draw();
}

async function wake(hurried) {
  // Signed out in another tab: what was kept for the former one goes at once.
  if (state && seat.seatHere() !== state.seat) { state = await seat.kept(); find("answer").replaceChildren(); }
  await refresh();
  await flush(hurried);
}

async function persist() {
  if (!navigator.storage || !navigator.storage.persist) { return; }
  lasting = await navigator.storage.persisted() || await navigator.storage.persist();
}

// --- deeds ----------------------------------------------------------------------------------------

async function settle(id) {
  const response = await fetch(`/desk/yard/records/${id}/settle`, {
    method: "POST", redirect: "manual", headers: { "X-CSRFToken": state.csrf },
  }).catch(() => null);
  if (response && (response.type === "opaqueredirect" || response.ok)) {
    state.attention = state.attention.filter((each) => each.id !== id);
    state.recent = state.recent.map((each) => (each.id === id ? { ...each, settled: true } : each));
    await seat.keep(state);
  }
  await draw();
}

async function drop(id) { await queue.remove([id]); await draw(); }

async function undo() {
  const rows = (await queue.all()).filter((row) => state && row.party === state.party.id);
  const target = last(rows);
  if (!target) { return; }
  // What was never sent just leaves; what may have arrived is taken back by a record of its own.
  const gone = await queue.withdraw(target.id);
  find("answer").replaceChildren();
  if (gone) { await draw(); } else { await note("UNDO", { of: target.id }); }
  code.focus();
}

async function save() {
  const rows = (await queue.all()).filter((row) => state && row.party === state.party.id);
  const records = rows.map(({ id, kind, text, happened_at, device: of_, of, because }) => ({ id, kind, text, happened_at, device: of_, of, because }));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ sent_at: stamp(), records }, null, 1)], { type: "application/json" }));
  link.download = `yard-${stamp().slice(0, 19).replace(/:/g, "")}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "scan") {
    event.preventDefault();
    const texts = code.value.split(/[\r\n]+/).filter((each) => each.trim());
    code.value = "";
    texts.forEach(scan);
  } else if (form.matches("[data-deed]")) {
    event.preventDefault();
    const { kind, text } = form.elements;
    const because = event.submitter && event.submitter.name === "because" ? event.submitter.value : "";
    find("answer").dataset.waits = "";
    note(kind.value, { text: text.value, because }).then((noted) => {
      if (!noted) { return; }
      const said = document.createElement("p");
      said.className = "note done";
      said.textContent = `○ ${word(kind.value)}`;
      find("answer").replaceChildren(said);
      find("answer").dataset.waits = noted.id;
      code.focus();
    });
  } else if (form.id === "sign-out") {
    event.preventDefault();
    seat.wipe().finally(() => form.submit());
  }
});

// Some scanners send the separator as Ctrl+], which no field would keep.
code.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "]") { event.preventDefault(); code.setRangeText("{GS}", code.selectionStart, code.selectionEnd, "end"); }
});
// A scanner types wherever the focus is: letters that hit nothing go to the field.
document.addEventListener("keydown", (event) => {
  const free = document.activeElement === document.body || document.activeElement === find("content");
  if (free && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) { code.focus(); }
});
find("undo").addEventListener("click", undo);
find("send-now").addEventListener("click", () => wake(true));
find("export").addEventListener("click", save);
find("photo").addEventListener("change", async () => {
  const [file] = find("photo").files;
  if (!file || !state) { return; }
  const texts = await readPhoto(file, state.csrf);
  find("photo").value = "";
  texts.forEach(scan);
});
find("camera").hidden = !live;
find("camera").addEventListener("click", async () => {
  const text = await look().catch(() => { find("by-photo").open = true; return ""; });
  if (text) { scan(text); }
  code.focus();
});
window.addEventListener("online", () => wake(true));
window.addEventListener("offline", () => { now.offline = true; draw(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { wake(true); } });
setInterval(() => flush(false), EVERY_MS);
setInterval(draw, EVERY_MS * 2);

async function begin() {
  if (navigator.serviceWorker) { navigator.serviceWorker.register("/desk/yard/worker.js", { scope: "/desk/yard/" }); }
  if (window.caches) {
    const settings = await caches.open("yard-settings");
    await settings.put("/desk/yard/language", new Response(document.documentElement.lang));
  }
  device = await queue.deviceName();
  if (navigator.storage && navigator.storage.persisted) { lasting = await navigator.storage.persisted(); }
  state = await seat.kept();
  await draw();
  await refresh();
  await flush(true);
  document.body.dataset.ready = "yes";
  code.focus();
}
begin();

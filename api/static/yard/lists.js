// Draws the lists of the yard. What was scanned is set as text and never becomes markup.

import { age, clock, word } from "./words.js";

const find = (id) => document.getElementById(id);
const SHAPES = { sent: "●", waiting: "○", attention: "▲", undone: "●", settled: "●" };

function act(name, label, href, press) {
  const made = document.createElement(href ? "a" : "button");
  made.textContent = label;
  made.className = href ? "small" : "link";
  if (href) { made.href = href; } else { made.type = "button"; made.addEventListener("click", press); }
  made.dataset.act = name;
  return made;
}

// One line: { id, state, name, what, at, said, acts }.
function line({ id, state, name, what, at, said = "", acts = [] }) {
  const made = find("line").content.cloneNode(true).firstElementChild;
  made.dataset.id = id;
  made.dataset.state = state;
  made.querySelector(".status").classList.toggle("attention", state === "attention");
  made.querySelector(".glyph").textContent = SHAPES[state];
  made.querySelector("[data-state]").textContent = word(state);
  made.querySelector("[data-name]").textContent = name || "–";
  made.querySelector("[data-what]").textContent = what;
  const time = made.querySelector("time");
  time.dateTime = at;
  time.textContent = clock(at);
  made.classList.toggle("struck", state === "undone" || state === "settled");
  const told = made.querySelector("[data-said]");
  told.hidden = !said;
  told.textContent = said;
  made.querySelector(".line-acts").hidden = !acts.length;
  made.querySelector(".line-acts").append(...acts);
  return made;
}

// What people call it: its serial where the device knows it, else the last part of the code.
function named(row) {
  return row.serial || /\/21\/([^/?#]+)/.exec(row.text)?.[1] || row.text;
}

function ofServer(each, undone) {
  const state = undone.has(each.id) ? "undone" : each.settled ? "settled" : each.code ? "attention" : "sent";
  const off = each.clock_off ? word("clock", { n: each.skew_minutes }) : "";
  const what = [word(each.kind), each.model].filter(Boolean).join(" · ");
  return { id: each.id, state, name: each.name, what, at: each.happened_at, said: off };
}

// What waits here first, then what the server has, the newest on top; each record once.
export function showRecent(rows, recent) {
  const undone = new Set([...rows, ...recent].filter((each) => each.kind === "UNDO" && !each.code).map((each) => each.of));
  const here = rows.filter((row) => row.state === "waiting").reverse().map((row) => ({
    id: row.id, state: "waiting", name: named(row), what: word(row.kind), at: row.happened_at,
  }));
  const known = new Set(here.map((each) => each.id));
  const there = recent.filter((each) => !known.has(each.id)).map((each) => ofServer(each, undone));
  const shown = [...here, ...there].slice(0, 60);
  if (shown.length) { find("recent").replaceChildren(...shown.map(line)); }
}

export function showAttention(rows, attention, { settle, drop }) {
  const here = rows.filter((row) => row.state === "attention").map((row) => line({
    id: row.id, state: "attention", name: named(row), what: word(row.kind), at: row.happened_at,
    said: [row.answer.said || row.answer.detail, row.answer.todo || row.answer.remedy].filter(Boolean).join(" "),
    acts: [act("settle", word("settle"), "", () => drop(row.id))],
  }));
  const there = attention.map((each) => line({
    id: each.id, state: "attention", name: each.name, what: word(each.kind), at: each.happened_at,
    said: [each.said, each.todo].filter(Boolean).join(" "),
    acts: [
      ...(each.shipment ? [act("shipment", word("shipment"), each.shipment)] : []),
      ...(each.code === "unknown-battery"
        ? [act("found", word("found"), `/desk/found/?identity=${encodeURIComponent(each.identity || each.text)}`)] : []),
      act("settle", word("settle"), "", () => settle(each.id)),
    ],
  }));
  find("attention").hidden = !here.length && !there.length;
  find("attention").querySelector("ul").replaceChildren(...here, ...there);
}

// How much waits, and for how long: a shape and words, the network's absence among them.
export function showStanding(waiting, { sending, offline, signedOut }) {
  const said = waiting.length
    ? word("some-wait", { count: waiting.length, age: age(waiting[0].happened_at) }) : word("all-sent");
  const shape = document.createElement("span");
  shape.className = "glyph";
  shape.ariaHidden = "true";
  shape.textContent = waiting.length ? "○" : "●";
  const words = document.createElement("span");
  words.className = waiting.length ? "status attention" : "status";
  const more = [sending && word("sending"), offline && word("offline"), signedOut && word("signed-out")];
  words.append(shape, [said, ...more.filter(Boolean)].join(" · "));
  if (find("standing-words").textContent !== words.textContent) { find("standing-words").replaceChildren(words); }
  find("send-now").hidden = !waiting.length || signedOut;
}

// Whose records besides wait here: how many and how old, and not what they say.
export function showDevice(others, { lasting, mine }) {
  find("device").hidden = false;
  find("device-words").textContent = word(lasting ? "lasting" : "passing");
  find("export").hidden = !mine;
  find("others").replaceChildren(...[...others].map(([party, rows]) => {
    const made = document.createElement("li");
    made.textContent = word("others", { count: rows.length, party, age: age(rows[0].happened_at) });
    return made;
  }));
}

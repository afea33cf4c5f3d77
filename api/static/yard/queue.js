// The records that wait on this device, in its own database: kept until the server has said that it
// has them, whoever signs in or out meanwhile, and shown to the party whose they are.
//
// A row: { id, party, party_name, kind, text, happened_at, device, of, because, tries, next_at,
// state: "waiting" | "attention", answer }.

import { newId } from "./names.js";

const NAME = "yard-queue";

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let opened = null;

function database() {
  opened = opened || new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("records", { keyPath: "id" });
      request.result.createObjectStore("settings");
    };
    request.onsuccess = () => {
      // Another tab that brings a newer form of it must not wait for this one.
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      resolve(request.result);
    };
    request.onerror = () => { opened = null; reject(request.error); };
  });
  return opened;
}

// Resolves when the transaction is on the disk, not merely asked for.
async function write(store, act) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(store, "readwrite", { durability: "strict" });
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request && request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

async function read(store, act) {
  const base = await database();
  return done(act(base.transaction(store).objectStore(store)));
}

// All rows of all parties, the oldest first: ids grow with time.
export function all() { return read("records", (store) => store.getAll()); }

export function add(record) {
  return write("records", (store) => store.add({ ...record, tries: 0, next_at: 0, state: "waiting", answer: null }));
}

// Takes rows out of the queue; called for those that the server has said it has, and no others.
export async function remove(ids) {
  if (ids.length) { await write("records", (store) => ids.map((id) => store.delete(id)).pop()); }
}

// Changes rows that are still there: another tab may have sent them meanwhile.
export async function change(ids, changed) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction("records", "readwrite", { durability: "strict" });
    const store = transaction.objectStore("records");
    ids.forEach((id) => {
      const request = store.get(id);
      request.onsuccess = () => { if (request.result) { store.put({ ...request.result, ...changed(request.result) }); } };
    });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

// What was never tried leaves without a trace; true if it did.
export async function withdraw(id) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction("records", "readwrite", { durability: "strict" });
    const store = transaction.objectStore("records");
    let gone = false;
    const request = store.get(id);
    request.onsuccess = () => {
      if (request.result && request.result.tries === 0) { store.delete(id); gone = true; }
    };
    transaction.oncomplete = () => resolve(gone);
    transaction.onabort = () => reject(transaction.error);
  });
}

// This device's own name, made once.
export async function deviceName() {
  const known = await read("settings", (store) => store.get("device"));
  if (known) { return known; }
  const made = `device-${newId().slice(-12)}`;
  await write("settings", (store) => store.put(made, "device"));
  return made;
}

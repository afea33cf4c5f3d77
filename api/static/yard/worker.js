// Keeps the shell of the yard for the time without a network. Before this stand VERSION, the digest of
// all that the shell is made of, and SHELL, its addresses. It keeps nothing of anybody: what a party
// reads is kept by the page, and goes with whoever signs out.

const NAME = `yard-shell-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const shell = await caches.open(NAME);
    // Past the browser's own cache, which may hold yesterday's.
    await shell.addAll(SHELL.map((address) => new Request(address, { cache: "reload", credentials: "omit" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("yard-shell-") && name !== NAME).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

async function language() {
  const said = await (await caches.open("yard-settings")).match("/desk/yard/language");
  return said && (await said.text()) === "de" ? "de" : "en";
}

async function shell(address, request) {
  const found = await (await caches.open(NAME)).match(address);
  return found || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) { return; }
  if (request.mode === "navigate") {
    if (address.pathname === "/desk/yard/" && !address.search) {
      event.respondWith(language().then((code) => shell(`/desk/yard/shell/${code}`, request)));
    }
    return;
  }
  if (SHELL.includes(address.pathname)) { event.respondWith(shell(address.pathname, request)); }
});

// Opens the register where there is no signal. It keeps two pages of nobody's, and how pages look.
"use strict";

const KEPT = {{ ("register " ~ version) | tojson }};
const SHELL = {{ shell | tojson }};
const ADVICE = {{ advice | tojson }};
const LOOK = {{ [static_url("nhsuk-frontend-10.6.1/nhsuk-frontend.min.css"), static_url("college.css"), static_url("registers.js")] | tojson }};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([SHELL, ...LOOK])).then(keepAdvice).then(() => self.skipWaiting()));
});

// Only who teaches may open it, and its words may change: what comes instead is not kept.
async function keepAdvice() {
  const answer = await fetch(ADVICE, { redirect: "manual" }).catch(() => null);
  if (answer?.ok) await (await caches.open(KEPT)).put(ADVICE, answer);
}

self.addEventListener("activate", (event) => {
  const forget = (names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(forget));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.mode === "navigate") {
    const kept = async () => (address.pathname === ADVICE && (await caches.match(ADVICE))) || caches.match(SHELL);
    event.respondWith(fetch(event.request).catch(kept));
    if (address.pathname === "/tutor") event.waitUntil(keepAdvice());
  } else if (LOOK.includes(address.pathname + address.search)) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  }
});

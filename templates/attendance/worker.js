// Opens the register where there is no signal. It keeps one page of nobody's, and how pages look.
"use strict";

const KEPT = {{ ("register " ~ version) | tojson }};
const SHELL = {{ shell | tojson }};
const LOOK = {{ [static_url("nhsuk-frontend-10.6.1/nhsuk-frontend.min.css"), static_url("college.css"), static_url("registers.js")] | tojson }};

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([SHELL, ...LOOK])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const forget = (names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(forget));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(SHELL)));
  } else if (LOOK.includes(address.pathname + address.search)) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  }
});

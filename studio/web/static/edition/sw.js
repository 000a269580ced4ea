// Keeps the static edition for offline: all small files when it is first opened, a film when it is first played.
const worker = /** @type {any} */ (self); // a service worker: its own types are not the page's
const CACHE = "afternoon-studio-VERSION",
  FILES = /* FILES */ [];

worker.addEventListener("install", event => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then(cache => cache.addAll(FILES))
      .then(() => worker.skipWaiting()),
  );
});
worker.addEventListener("activate", event => {
  event.waitUntil(
    caches
      .keys()
      .then(names =>
        Promise.all(
          names.filter(name => name.startsWith("afternoon-studio-") && name !== CACHE).map(name => caches.delete(name)),
        ),
      )
      .then(() => worker.clients.claim()),
  );
});
worker.addEventListener("fetch", event => {
  const { request } = event,
    url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  event.respondWith(answer(request, url));
});

async function answer(request, url) {
  const cache = await caches.open(CACHE),
    key = url.origin + (url.pathname.endsWith("/") ? `${url.pathname}index.html` : url.pathname);
  let found = await cache.match(key);
  if (!found) {
    found = await fetch(key);
    if (found.status === 200) await cache.put(key, found.clone());
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (!range || found.status !== 200) return found;
  const whole = await found.blob(),
    from = Number(range[1]),
    to = Math.min(range[2] ? Number(range[2]) : whole.size - 1, whole.size - 1);
  if (from > to) return new Response(null, { status: 416, headers: { "content-range": `bytes */${whole.size}` } });
  return new Response(whole.slice(from, to + 1), {
    status: 206,
    headers: {
      "content-type": whole.type,
      "content-range": `bytes ${from}-${to}/${whole.size}`,
      "accept-ranges": "bytes",
    },
  });
}

// The service worker: keeps the shell of the three languages, so that every address of the app opens without network.
// BUILD = {id, files, shells} stands above, written by the server. The API is never kept.
/* global BUILD */

const CACHE = `dinh-field-${BUILD.id}`;

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // "reload": what a proxy or the browser kept of an older version must not get into this one
    await Promise.all([...BUILD.shells, ...BUILD.files].map(async (address) => {
      const answer = await fetch(new Request(address, { cache: 'reload', credentials: 'omit' }));
      if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
      await cache.put(address, answer);
    }));
    // The first one serves at once; a newer one waits until no page of the old one is open, or the app says "take".
    if (!self.registration.active) await self.skipWaiting();
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('dinh-field-') && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener('message', (event) => { if (event.data === 'take') self.skipWaiting(); });

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin || address.pathname.startsWith('/field/api/')) return;
  const shell = /^\/field\/(vi|fr|en)\/$/.exec(address.pathname);
  const kept = shell ? address.pathname : BUILD.files.includes(address.pathname) || BUILD.shells.includes(address.pathname) ? address.pathname : '';
  if (kept) event.respondWith(fromCache(kept, request));
  else if (request.mode === 'navigate' && address.pathname === '/field/') {
    event.respondWith(fetch(request).catch(() => Response.redirect(BUILD.shells[0], 302)));
  }
});

async function fromCache(address, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) || fetch(request);
}

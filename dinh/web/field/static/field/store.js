// What this phone keeps, in IndexedDB. Everything about people is encrypted before it comes here.

const NAME = 'dinh-field';
const VERSION = 1;
const PATIENCE = 8000; // ms; some phones answer neither yes nor no
/** store -> its key path; null: keys are given */
const STORES = { kv: null, chunks: null, forms: null, drafts: null, outbox: 'op_id', sent: 'op_id', blobs: 'sha256' };

/** The store cannot be opened, or refuses to write: nothing was changed. */
export class StoreBroken extends Error {}
/** The phone is full, and nothing is left that may be dropped. */
export class StoreFull extends Error {}

let opened = null;

export function database() {
  if (!opened) {
    opened = new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new StoreBroken('timeout')), PATIENCE);
      let asked;
      try { asked = indexedDB.open(NAME, VERSION); } catch (error) { fail(new StoreBroken(String(error))); return; }
      asked.onupgradeneeded = (event) => upgrade(asked.result, event.oldVersion);
      asked.onsuccess = () => {
        clearTimeout(timer);
        // Another tab brings a newer shape: let it. This one opens again when it is asked next.
        asked.result.onversionchange = () => { asked.result.close(); opened = null; };
        asked.result.onclose = () => { opened = null; };
        done(asked.result);
      };
      asked.onerror = () => { clearTimeout(timer); fail(new StoreBroken(String(asked.error))); };
    });
    opened.catch(() => { opened = null; });
  }
  return opened;
}

/** Shapes of the store, one step for each version. */
function upgrade(db, from) {
  if (from < 1) {
    for (const [name, keyPath] of Object.entries(STORES)) {
      db.createObjectStore(name, keyPath ? { keyPath } : {});
    }
  }
}

const asked = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

export async function get(store, key) {
  return asked((await database()).transaction(store).objectStore(store).get(key));
}

export async function all(store) {
  return asked((await database()).transaction(store).objectStore(store).getAll());
}

export async function keys(store) {
  return asked((await database()).transaction(store).objectStore(store).getAllKeys());
}

export async function count(store) {
  return asked((await database()).transaction(store).objectStore(store).count());
}

/** Write several changes, all or none. When the phone is full, what is dearest goes last: first the history of what
 * was sent, then files that wait, and never an operation. */
export async function write(changes, unless) {
  for (const room of [dropSent, dropFiles, null]) {
    try {
      return await attempt(changes, unless);
    } catch (error) {
      if (!full(error)) throw error;
      if (!room) throw new StoreFull();
      await room();
    }
  }
  return false;
}

async function attempt(changes, unless) {
  const db = await database();
  const names = [...new Set([...changes.map((one) => one.store), 'kv'])];
  return new Promise((done, fail) => {
    // strict: what the person was told is saved must outlive a battery that falls out
    const transaction = db.transaction(names, 'readwrite', { durability: 'strict' });
    let written = true;
    const put = () => {
      for (const { store, put: value, key, del, clear } of changes) {
        const table = transaction.objectStore(store);
        if (clear) table.clear();
        else if (value !== undefined) { if (STORES[store]) table.put(value); else table.put(value, key); } else table.delete(del);
      }
    };
    transaction.oncomplete = () => done(written);
    transaction.onabort = () => fail(transaction.error || new StoreBroken('aborted'));
    if (!unless) { put(); return; }
    unless((store, key) => asked(transaction.objectStore(store).get(key)))
      .then((go) => { written = go; if (go) put(); })
      .catch((error) => { fail(error); });
  });
}

const full = (error) => Boolean(error) && (error.name === 'QuotaExceededError' || /quota/i.test(String(error.message)));

async function dropSent() {
  await attempt([{ store: 'sent', clear: true }]);
}

async function dropFiles() {
  const lost = await count('blobs');
  // Told to the person: a paper has to be photographed again.
  await attempt([{ store: 'blobs', clear: true }, { store: 'kv', key: 'files_dropped', put: lost }]);
}

/** Ask the browser to keep what is here when the phone is short of room. */
export async function room() {
  const manager = navigator.storage;
  if (!manager || !manager.estimate) return { persisted: null, free: null };
  const { quota = 0, usage = 0 } = await manager.estimate();
  return { persisted: manager.persisted ? await manager.persisted() : null, free: Math.floor((quota - usage) / 1048576) };
}

/** Tell other tabs that something changed. */
export function tell(what) {
  channel?.postMessage(what);
}

const channel = 'BroadcastChannel' in self ? new BroadcastChannel(NAME) : null;

export function listen(listener) {
  channel?.addEventListener('message', (event) => listener(event.data));
}

/** Do one thing at a time across tabs. */
export async function alone(name, act, wait = true) {
  if (!navigator.locks) return act(); // the node takes each operation once all the same
  return navigator.locks.request(`${NAME}-${name}`, { ifAvailable: !wait }, (lock) => (lock ? act() : undefined));
}

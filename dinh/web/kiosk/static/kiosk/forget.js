// What a header cannot reach: the clipboard, and stores of browsers that do not know Clear-Site-Data or came by http.
export async function overwriteClipboard() {
  try {
    // A browser that asks somebody first would keep the visit open: then the other way.
    const late = new Promise((_done, refuse) => setTimeout(refuse, 1000));
    await Promise.race([navigator.clipboard.writeText(" "), late]);
  } catch {
    const line = document.createElement("textarea");
    line.value = " ";
    line.setAttribute("aria-hidden", "true");
    document.body.append(line);
    line.select();
    document.execCommand("copy");
    line.remove();
  }
}

export async function clearStores() {
  const tries = [
    () => localStorage.clear(),
    () => sessionStorage.clear(),
    async () => Promise.all((await indexedDB.databases()).map((one) => indexedDB.deleteDatabase(one.name))),
    async () => Promise.all((await caches.keys()).map((name) => caches.delete(name))),
    async () => Promise.all((await navigator.serviceWorker.getRegistrations()).map((one) => one.unregister())),
  ];
  for (const clear of tries) {
    try {
      await clear();
    } catch {
      // this browser has no such store, or keeps it shut
    }
  }
}

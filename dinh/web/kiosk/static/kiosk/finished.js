// After a visit: forget what is left, then go back to the first page of this window's history. What the next person
// opens from there throws away all that lay ahead, so that neither Back nor Forward shows the last visit.
import { clearStores, overwriteClipboard } from "./forget.js";

const start = document.querySelector("[data-start]").href;
await Promise.race([
  Promise.all([overwriteClipboard(), clearStores()]),
  new Promise((after) => setTimeout(after, 2000)),
]);
document.documentElement.dataset.forgotten = "1";
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace(start);
});
setTimeout(async () => {
  // Only entries of this house are listed: a window's own empty first page is never gone back to.
  const first = window.navigation?.entries()[0];
  if (first && first.key !== navigation.currentEntry.key) {
    await navigation.traverseTo(first.key).committed.catch(() => location.replace(start));
  } else {
    location.replace(start);
  }
}, 4000);

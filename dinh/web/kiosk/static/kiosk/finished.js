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
setTimeout(() => {
  if (history.length > 1) history.go(1 - history.length);
  setTimeout(() => location.replace(start), 1000); // there was nothing to go back to
}, Number(document.body.dataset.wait || 4000));

/* On a wide screen a dossier opens beside the list; on a narrow one, and without script, the link is a link. */

const wide = matchMedia("(min-width: 1200px)");
const pane = document.getElementById("pane");
const STORE = "dinh-list";

function mark(link) {
  document.querySelector("[data-row][aria-current]")?.removeAttribute("aria-current");
  link.closest("[data-row]")?.setAttribute("aria-current", "true");
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-open]");
  if (link && document.getElementById("list")) sessionStorage.setItem(STORE, location.search); // the list to come back to
  if (!link || !pane || !wide.matches || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  mark(link);
  pane.setAttribute("aria-busy", "true");
  try {
    await window.htmx.ajax("GET", link.href, { target: "#pane", swap: "innerHTML" });
    pane.scrollTop = 0;
    pane.focus({ preventScroll: true });
  } catch {
    location.assign(link.href); // htmx was not loaded: the link is a link
  } finally {
    pane.removeAttribute("aria-busy");
  }
});

/* A dossier opened by its own address leads back to the list one came from, and fetches it to stand beside it. */
const list = document.getElementById("beside");
if (list) {
  const came = new URLSearchParams(sessionStorage.getItem(STORE) ?? "");
  const back = list.querySelector("a");
  if (back && came.size) back.search = came;
  if (wide.matches && window.htmx) {
    const address = new URL(list.dataset.list, location.href);
    for (const [name, value] of came) address.searchParams.set(name, value);
    window.htmx.ajax("GET", address.pathname + address.search, { target: "#beside", swap: "innerHTML" });
  }
}

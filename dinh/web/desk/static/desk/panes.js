/* On a wide screen a dossier opens beside the list; on a narrow one, and without script, the link is a link. */

const wide = matchMedia("(min-width: 1200px)");
const pane = document.getElementById("pane");

function mark(link) {
  document.querySelector("[data-row][aria-current]")?.removeAttribute("aria-current");
  link.closest("[data-row]")?.setAttribute("aria-current", "true");
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-open]");
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
    location.assign(link.href); // the plain page says what went wrong
  } finally {
    pane.removeAttribute("aria-busy");
  }
});

/* A dossier opened by its own address fetches the list that stands beside it. */
const list = document.getElementById("beside");
if (list && wide.matches && window.htmx) {
  window.htmx.ajax("GET", list.dataset.list, { target: "#beside", swap: "innerHTML" });
}

/* Keys of the desk. A key only does what a visible link or button does: it presses it.

   Elements carry data-key="n"; rows of a list carry data-row. Keys rest while one types, and can be
   switched off (WCAG 2.1.4): the choice is kept on this computer. */

const STORE = "dinh-keys";
const typing = (el) => el.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
const on = () => localStorage.getItem(STORE) !== "off";
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);

function current() {
  return document.querySelector("[data-row][data-current]");
}

function choose(row) {
  current()?.removeAttribute("data-current");
  row.setAttribute("data-current", "");
  const link = row.querySelector("a, button, input");
  link?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  choose(all[Math.min(all.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))]);
}

function press(key) {
  const row = current();
  const target = row?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`main [data-key="${key}"], header [data-key="${key}"]`);
  if (!target || target.disabled) return false;
  if (target.tagName === "DETAILS") {
    target.open = true;
    target.querySelector("input:not([type=hidden]), textarea, select, button")?.focus();
  } else if (target.matches("input:not([type=submit]), textarea, select")) {
    target.focus();
    target.select?.();
  } else {
    target.focus();
    target.click();
  }
  return true;
}

function help() {
  const dialog = document.getElementById("keys");
  if (dialog?.showModal) dialog.open ? dialog.close() : dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "?") return event.preventDefault(), help();
  if (!on() || document.querySelector("dialog[open]")) return;
  if (event.key === "j" || event.key === "k") {
    move(event.key === "j" ? 1 : -1);
    event.preventDefault();
  } else if (event.key.length === 1 && event.key !== " " && press(event.key.toLowerCase())) {
    event.preventDefault();
  }
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && row !== current()) {
    current()?.removeAttribute("data-current");
    row.setAttribute("data-current", "");
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-help]");
  if (opener && document.getElementById("keys")?.showModal) {
    event.preventDefault();
    help();
  }
  const opens = event.target.closest("[data-panel]");
  if (opens) {
    const panel = document.getElementById(opens.dataset.panel);
    if (panel) {
      event.preventDefault();
      panel.open = true;
      panel.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    }
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});

const toggle = document.getElementById("keys-on");
if (toggle) {
  toggle.checked = on();
  toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));
}

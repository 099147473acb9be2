// A visit at a shared computer: ends by itself when nobody touches it, reads pages aloud, leaves no trail.
// Without this script the node ends the visit by itself after ten minutes.
import { overwriteClipboard } from "./forget.js";
import { offerSpeech, silence } from "./speak.js";

const bar = document.querySelector("[data-kiosk]");
const dialog = document.querySelector("dialog.still");
const left = dialog.querySelector("[data-left]");
const finish = document.querySelector("form[data-finish]");
const [warn, end, slow] = ["warn", "end", "slow"].map((name) => Number(bar.dataset[name]) * 1000);
let touched = Date.now();
let told = 0;
let ending = false;

async function tell() {
  told = Date.now();
  try {
    const answer = await fetch(bar.dataset.alive, { method: "POST", cache: "no-store" });
    if (answer.status === 410 || answer.redirected) location.replace(bar.dataset.start);
  } catch {
    // no line now: the node hears of it with the next page
  }
}

function touch() {
  if (dialog.open) return; // only its own buttons answer the question
  touched = Date.now();
  if (touched - told > slow) tell();
}

// What was typed on a page of a draft is kept before it is left alone.
async function keep() {
  const later = document.querySelector("main form button[name=_later]");
  if (!later) return;
  const sent = new FormData(later.form);
  sent.append("_later", "");
  try {
    await Promise.race([
      fetch(later.form.action, { method: "POST", body: sent, redirect: "manual" }),
      new Promise((after) => setTimeout(after, 4000)),
    ]);
  } catch {
    // the pages before this one are kept
  }
}

async function leave() {
  if (ending) return;
  ending = true;
  silence();
  await overwriteClipboard();
  finish.submit();
}

async function tick() {
  const quiet = Date.now() - touched;
  if (quiet >= end) {
    if (!ending) await keep();
    await leave();
  } else if (quiet >= warn) {
    left.textContent = String(Math.ceil((end - quiet) / 1000));
    if (!dialog.open) dialog.showModal();
  }
}

// The browser offers nobody what somebody before them typed.
for (const one of document.querySelectorAll("input,textarea,select")) one.autocomplete = "off";
for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll", "input"]) {
  addEventListener(kind, touch, { passive: true, capture: true });
}
dialog.querySelector("[data-stay]").addEventListener("click", () => {
  dialog.close();
  touch();
});
dialog.addEventListener("cancel", () => setTimeout(touch));
dialog.querySelector("[data-leave]").addEventListener("click", leave);
dialog.querySelector("[data-print-code]")?.addEventListener("click", () => {
  const slip = document.createElement("p");
  slip.className = "code only-print";
  slip.textContent = dialog.querySelector(".code").textContent;
  document.querySelector("main").prepend(slip);
  dialog.close();
  touch();
  window.print();
});
finish.addEventListener("submit", (event) => {
  event.preventDefault();
  leave();
});
// A page kept in memory by the browser is never shown again: the node is asked anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace(bar.dataset.start);
});
// Links replace the page, so that a visit leaves as short a trail as can be.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || link.target || link.origin !== location.origin) return;
  if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
  event.preventDefault();
  location.replace(link.href);
});

setInterval(tick, 500);
tell();
offerSpeech(bar);

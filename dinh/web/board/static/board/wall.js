// Turns the page on the wall every half minute. Who asked for less motion, or pressed stop, turns it by hand.
const SECONDS = 30;
const next = document.getElementById("wall-next");
const button = document.getElementById("wall-turn");
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
let turning = !still && sessionStorage.getItem("wall-still") !== "1";
let timer = 0;

function show() {
  clearTimeout(timer);
  button.textContent = turning ? button.dataset.on : button.dataset.off;
  if (turning) timer = setTimeout(() => location.assign(next.href), SECONDS * 1000);
}

if (next && button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    turning = !turning;
    sessionStorage.setItem("wall-still", turning ? "0" : "1");
    show();
  });
  show();
}

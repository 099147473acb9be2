/* The picture beside the form: its size, moving it with the mouse, taking over what the machine read, and where it
   was read. Without this script the sizes are links and what was read is typed. */

const frame = document.querySelector("[data-frame]");
const picture = document.querySelector("[data-picture]");
const box = document.querySelector("[data-box]");
const STORE = "dinh-scan-zoom";

function zoom(to) {
  const link = document.querySelector(`[data-zoom="${CSS.escape(to)}"]`);
  if (!link || !picture) return;
  const across = (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth;
  const down = (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight;
  picture.setAttribute("class", `zoom-${to}`);
  frame.scrollLeft = across * frame.scrollWidth - frame.clientWidth / 2;
  frame.scrollTop = down * frame.scrollHeight - frame.clientHeight / 2;
  for (const one of document.querySelectorAll("[data-zoom]")) one.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  sessionStorage.setItem(STORE, to);
}

for (const link of document.querySelectorAll("[data-zoom]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    zoom(link.dataset.zoom);
  });
}
if (!new URLSearchParams(location.search).has("zoom")) zoom(sessionStorage.getItem(STORE) ?? "100");

/* Moving the picture: press and pull. */
let from = null;
frame?.addEventListener("pointerdown", (event) => {
  if (event.pointerType !== "mouse" || event.button !== 0) return;
  from = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop];
  frame.classList.add("drags");
});
addEventListener("pointermove", (event) => {
  if (!from) return;
  frame.scrollLeft = from[0] - event.clientX;
  frame.scrollTop = from[1] - event.clientY;
});
addEventListener("pointerup", () => {
  from = null;
  frame?.classList.remove("drags");
});

/* Suggestions: a button under the question writes into it; nothing is written before it is pressed. */
function fill(control, value) {
  const field = document.getElementById(control);
  if (!field) return;
  if (field.type === "radio") {
    const wanted = document.querySelector(`[name="${CSS.escape(field.name)}"][value="${CSS.escape(value)}"]`);
    if (wanted) wanted.checked = true;
    (wanted ?? field).focus();
    return;
  }
  field.value = value;
  field.focus();
}

function show(at) {
  if (!box || !picture) return;
  const [x, y, width, height] = at.split(",").map(Number);
  const margin = 8;
  for (const [name, value] of Object.entries({ x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin })) {
    box.setAttribute(name, String(value));
  }
  const drawn = box.getBoundingClientRect();
  const seen = frame.getBoundingClientRect();
  if (drawn.top < seen.top || drawn.bottom > seen.bottom) frame.scrollTop += drawn.top - seen.top - seen.height / 3;
  if (drawn.left < seen.left || drawn.right > seen.right) frame.scrollLeft += drawn.left - seen.left - 24;
}

const words = document.querySelector("[data-use]")?.dataset.use;
for (const hint of document.querySelectorAll("[data-hints] > [data-for]")) {
  const { for: control, fill: value, at } = hint.dataset;
  const note = document.getElementById(`${control}_source`);
  if (note) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button second";
    button.textContent = words;
    button.setAttribute("aria-describedby", note.id);
    button.addEventListener("click", () => fill(control, value));
    note.append(" ", button);
  }
  const field = document.getElementById(control)?.closest(".field");
  field?.addEventListener("focusin", () => show(at));
}

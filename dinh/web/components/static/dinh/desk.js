// What htmx leaves to us: say in words what changed, keep the focus on a problem, send a form once.
document.addEventListener("htmx:after:swap", () => {
  const said = document.querySelector("[data-status]");
  const status = document.getElementById("status");
  if (said && status) status.textContent = said.dataset.status;
  document.getElementById("errors")?.focus();
});
// What could not be fetched says so where it would have stood. A whole page never stands in a part of one.
function trouble(target) {
  const words = document.getElementById("status")?.dataset.trouble;
  if (!words || !(target instanceof Element)) return;
  const note = document.createElement("div");
  note.className = "notice red";
  note.setAttribute("role", "alert");
  note.dataset.note = "";
  note.textContent = words;
  target.querySelector(":scope > [data-note]")?.remove();
  if (target.id === "pane") target.replaceChildren(note);
  else target.prepend(note);
}
document.addEventListener("htmx:error", (event) => {
  const { ctx, error } = event.detail;
  if (ctx && !ctx.response && error?.name !== "AbortError") trouble(ctx.target); // a newer question took its place
});
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.target === document.body || !/<html[\s>]/i.test(ctx.text ?? "")) return;
  event.preventDefault();
  trouble(ctx.target);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
// On a telephone the doors stand in one row that is pushed sideways: the one where one is comes into sight.
const doors = document.querySelector(".desk-nav");
const here = doors?.querySelector("[aria-current]");
if (here) {
  const all = doors.getBoundingClientRect();
  const one = here.getBoundingClientRect();
  if (one.right > all.right) doors.scrollLeft = one.left + one.width / 2 - all.left - all.width / 2;
}

// What htmx leaves to us: say in words what changed, keep the focus on a problem, send a form once.
document.addEventListener("htmx:after:swap", () => {
  const said = document.querySelector("[data-status]");
  const status = document.getElementById("status");
  if (said && status) status.textContent = said.dataset.status;
  document.getElementById("errors")?.focus();
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

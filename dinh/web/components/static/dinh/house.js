// A convenience, never a condition: pages work without it.
document.documentElement.classList.add("script");
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

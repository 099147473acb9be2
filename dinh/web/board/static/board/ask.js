// Asking the data: find a figure by its words; Ctrl+Enter asks; names are put into the question. All works without it.
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
for (const one of document.querySelectorAll("[data-script]")) one.hidden = false;
if (matchMedia("(max-width: 63.9em)").matches) { // on a telephone the answer comes first
  document.querySelector(".ask-fold")?.removeAttribute("open");
}
const find = document.querySelector("[data-find]");
find?.addEventListener("input", () => {
  const words = plain(find.value).split(/\s+/).filter(Boolean);
  for (const group of document.querySelectorAll(`${find.dataset.find} details`)) {
    let any = false;
    for (const label of group.querySelectorAll("[data-words]")) {
      label.hidden = !words.every((word) => label.dataset.words.includes(word));
      any ||= !label.hidden;
    }
    group.hidden = !any;
    if (words.length) group.open = any;
  }
});
for (const event of ["change", "keydown"]) { // looking for a figure asks nothing yet
  find?.addEventListener(event, (one) => { if (event === "change" || one.key === "Enter") one.stopPropagation(); if (one.key === "Enter") one.preventDefault(); });
}
const sql = document.getElementById("sql");
if (sql) {
  sql.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      sql.form.requestSubmit();
    }
  });
  const line = Number(sql.dataset.line ?? 0);
  if (line) { // what could not be understood is selected
    const lines = sql.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    sql.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    sql.focus();
  }
  document.addEventListener("click", (event) => {
    const name = event.target.closest("[data-put]")?.dataset.put;
    if (!name) return;
    const before = sql.value.slice(0, sql.selectionStart);
    sql.setRangeText(`${/[\w]$/.test(before) ? " " : ""}${name}`, sql.selectionStart, sql.selectionEnd, "end");
    sql.focus();
    navigator.clipboard?.writeText(name).catch(() => {});
  });
}
for (const mirror of document.querySelectorAll("[data-mirror]")) {
  mirror.form?.addEventListener("submit", () => { mirror.value = document.querySelector(mirror.dataset.mirror).value; });
}

/* The chair's page: approve one file without leaving the page, mark many at once, always know how many. */

const form = document.getElementById("decisions");
const status = document.getElementById("status");
const marks = () => [...form.querySelectorAll("input[name=file]")];

function count() {
  const number = marks().filter((mark) => mark.checked).length;
  const shown = form.querySelector("[data-marked]");
  if (shown) shown.textContent = number ? `(${number})` : "";
}

async function approve(button) {
  const row = button.closest("[data-row]");
  const following = row.nextElementSibling;
  button.disabled = true;
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("one", button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.status === 204) throw new Error(String(answer.status));
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const fresh = holder.content.firstElementChild;
    row.replaceWith(fresh);
    status.textContent = fresh.dataset.status ?? "";
    following?.setAttribute("data-current", "");
    following?.querySelector("a, input")?.focus();
    count();
  } catch {
    location.reload(); // signed out, or no line: the page itself says what is the matter
  }
}

if (form) {
  const all = form.querySelector("[data-mark=light]");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      for (const mark of marks()) mark.checked = mark.hasAttribute("data-light");
      count();
    });
  }
  form.addEventListener("change", count);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-one]");
    if (!button) return;
    event.preventDefault();
    approve(button);
  });
  count();
}

/* Marking rows of a list: how many are marked stands in the button; one press marks all that are certain, or none. */

for (const form of document.querySelectorAll("form[data-marking]")) {
  const marks = () => [...form.querySelectorAll("input[name=finding]")];
  const count = () => {
    const number = marks().filter((mark) => mark.checked).length;
    for (const shown of form.querySelectorAll("[data-marked]")) shown.textContent = number ? `(${number})` : "";
  };
  const offer = (selector, wanted) => {
    const button = form.querySelector(selector);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const mark of marks()) mark.checked = wanted(mark);
      count();
    });
  };
  offer("[data-mark-all]", (mark) => mark.hasAttribute("data-certain"));
  offer("[data-mark-none]", () => false);
  form.addEventListener("change", count);
  count();
}

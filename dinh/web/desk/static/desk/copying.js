// Copies the text of a field into the clipboard; without script the text is selected and copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = `✓ ${button.dataset.copied}`;
    setTimeout(() => { button.textContent = label; }, 4000);
  });
}

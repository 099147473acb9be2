/* A scanner in keyboard mode types the card's text and ends with Enter. The text may carry line breaks or
   tabs; the field sends its form when the scanner falls silent, so that nobody has to press anything. */

const SILENCE = 250; // milliseconds; a scanner leaves about 10 between two characters
for (const field of document.querySelectorAll("[data-scan]")) {
  let timer;
  let began = 0;
  field.addEventListener("input", () => {
    const now = performance.now();
    if (!field.dataset.began) {
      field.dataset.began = "1";
      began = now;
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      const fast = field.value.length > 20 && performance.now() - began < field.value.length * 50 + SILENCE;
      if (fast && field.value.split("|").length >= 7) field.form.requestSubmit();
      delete field.dataset.began;
    }, SILENCE);
  });
}

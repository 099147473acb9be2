// Opens at once what is folded only to keep a narrow screen short.

if (matchMedia("(min-width: 60em)").matches) {
  for (const one of document.querySelectorAll("details[data-wide]")) one.open = true;
}

// The pages of the teams on narrow and on wide screens: the tab of this page in view, and what is folded only to keep a
// narrow screen short opened where there is room.

const tabs = document.querySelector(".tabs");
const here = tabs?.querySelector("[aria-current]");
if (here) tabs.scrollLeft = Math.max(0, here.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2);

if (matchMedia("(min-width: 60em)").matches) {
  for (const one of document.querySelectorAll("details[data-wide]")) one.open = true;
}

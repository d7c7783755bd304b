// Menus are <details class="menu">: Escape and a click elsewhere close them; only one is open.
const open = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

// The current page stays in sight when the navigation, or the tabs of an object, are wider than the screen.
for (const current of document.querySelectorAll(".nav [aria-current], .tabs [aria-current]")) {
  const row = current.closest(".nav, .tabs ul");
  row.scrollLeft += current.getBoundingClientRect().left - row.getBoundingClientRect().left - row.clientWidth / 3;
}

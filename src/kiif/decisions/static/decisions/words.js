// Puts a word between braces where one was writing. Without this file the word is typed.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-insert]");
  const area = button && document.getElementById(button.dataset.into);
  if (!area) return;
  area.focus();
  area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
});

// Says the value beside each slider while it moves; the form and the result work without it.
document.addEventListener("input", (event) => {
  if (event.target.type !== "range") return;
  const said = event.target.parentElement.querySelector("output");
  if (said) said.textContent = Number(event.target.value).toLocaleString(document.documentElement.lang);
});

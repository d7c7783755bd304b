// After a fragment is swapped, what it counts is said once, in a region that was there before.
document.addEventListener("htmx:after:swap", () => {
  const text = document.querySelector("[data-announce]")?.textContent.trim();
  const live = document.getElementById("live");
  if (text && live && live.textContent !== text) live.textContent = text;
});

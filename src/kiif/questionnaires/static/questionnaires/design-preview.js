// The frame of the preview: conditions follow at once, and the frame stays where it was looked at.
const form = document.querySelector("[data-trial]");
const KEY = "kiif.trial";
let typed = false;

if (form) {
  const before = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (before && before.page === form.elements.page?.value) {
    scrollTo(0, before.top);
    document.getElementById(before.focus)?.focus({ preventScroll: true });
  } else {
    const at = form.elements.at?.value;
    if (at?.startsWith("q_")) { const place = document.getElementById(at); if (place) scrollTo(0, place.getBoundingClientRect().top + scrollY - 12); }
  }
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("change", (event) => {
    if (!typed || event.target.type === "file") return;
    sessionStorage.setItem(KEY, JSON.stringify({ page: form.elements.page?.value, top: scrollY, focus: event.target.id }));
    form.submit();
  });
}

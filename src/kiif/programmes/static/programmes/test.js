// A question that is asked only after some answers shows with them. Without this script it says itself when it is asked.
const asked = [...document.querySelectorAll("[data-asked-if]")].map((box) => ({
  box,
  conditions: Object.entries(JSON.parse(box.dataset.askedIf)),
}));
const form = asked[0]?.box.closest("form");

const given = (name) =>
  [...form.querySelectorAll(`[name="${CSS.escape(name)}"]:checked:enabled`)].map((input) => input.value);

// Questions are in order: what makes one asked is above it, and is settled first.
function show() {
  for (const { box, conditions } of asked) {
    box.hidden = !conditions.every(([name, wanted]) => given(name).some((value) => wanted.includes(value)));
    // What is not asked is not sent; the answer comes back with the question.
    for (const input of box.querySelectorAll("input")) input.disabled = box.hidden;
  }
}

form?.addEventListener("change", show);
if (form) show();

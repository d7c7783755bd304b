// A text with bold, italics, lists: the field itself stays, holds the HTML and is what is sent. Pasted text comes plain.
const ACTS = [["bold", "B"], ["italic", "I"], ["insertUnorderedList", "•"], ["insertOrderedList", "1."]];

export function rich(root, form) {
  const field = root.querySelector("textarea[data-rich]");
  if (!field || field.disabled || field.dataset.ready) return;
  field.dataset.ready = "1";
  const place = document.createElement("div");
  place.className = "in rich";
  Object.assign(place, { contentEditable: "true", id: `${field.id}-rich` });
  for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["aria-label", root.querySelector("label").textContent.trim()], ["aria-describedby", field.getAttribute("aria-describedby")]]) place.setAttribute(name, value);
  const bar = document.createElement("div");
  bar.className = "rich-bar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", form.dataset.format);
  const names = form.dataset.formats.split("|");
  ACTS.forEach(([act, sign], index) => {
    const button = bar.appendChild(document.createElement("button"));
    Object.assign(button, { type: "button", className: "btn q s", title: names[index] });
    const mark = button.appendChild(document.createElement("span"));
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = sign;
    const words = button.appendChild(document.createElement("span"));
    words.className = "vh";
    words.textContent = names[index];
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => { place.focus(); document.execCommand(act); write(); });
  });
  // what the server sent was cleaned by it: the same small set of marks comes back
  const read = () => { place.innerHTML = field.value; };
  const write = () => {
    field.value = place.textContent.trim() ? place.innerHTML : "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  place.addEventListener("input", (event) => { event.stopPropagation(); write(); });
  place.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  root.addEventListener("answer:put", read);
  root.querySelector("label").addEventListener("click", (event) => { event.preventDefault(); place.focus(); });
  document.execCommand("defaultParagraphSeparator", false, "p");
  read();
  field.hidden = true;
  field.before(bar, place);
}

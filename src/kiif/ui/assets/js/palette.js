// Ctrl-K: a field and a list of what can be reached. The list comes from the server as role="option" links; without
// JavaScript the same field is a link to the search page.
const WAIT = 120;

class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.input = this.querySelector("input");
    this.list = this.querySelector(".results");
    this.status = this.querySelector("[role=status]");
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        this.open();
      }
    });
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-palette]") && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        this.open();
      }
    });
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.load(), WAIT);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("pointermove", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.select(this.options.indexOf(option), false);
    });
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      if (this.selected) {
        event.preventDefault();
        this.selected.click();
      }
    });
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")]; }
  get selected() { return this.list.querySelector("[aria-selected=true]"); }

  open() {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.input.select();
    this.load();
  }

  async load() {
    this.pending?.abort();
    this.pending = new AbortController();
    const address = new URL(this.dataset.source, location.href);
    address.searchParams.set("q", this.input.value);
    try {
      const response = await fetch(address, { signal: this.pending.signal, headers: { "HX-Request": "true" } });
      if (!response.ok) throw new Error(String(response.status));
      this.list.innerHTML = await response.text();
      for (const [index, option] of this.options.entries()) {
        option.id ||= `palette-option-${index}`;
        option.tabIndex = -1;
        option.setAttribute("aria-selected", "false");
      }
      this.select(this.options.length ? 0 : -1);
      this.status.textContent = this.dataset.found.replace("0", String(this.options.length));
    } catch (error) {
      if (error.name !== "AbortError") {
        this.list.replaceChildren();
        this.status.textContent = this.dataset.failed;
      }
    }
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const { options } = this;
    if (options.length) this.select((options.indexOf(this.selected) + step + options.length) % options.length);
  }

  select(index, scroll = true) {
    const { options } = this;
    this.selected?.setAttribute("aria-selected", "false");
    const option = options[index];
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    if (scroll) option.scrollIntoView({ block: "nearest" });
  }
}
customElements.define("command-palette", CommandPalette);

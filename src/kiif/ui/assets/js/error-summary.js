// A form that came back with errors: the summary takes the focus, its links reach the fields.
class ErrorSummary extends HTMLElement {
  connectedCallback() {
    this.focus({ preventScroll: false });
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const target = link && document.getElementById(link.hash.slice(1));
      if (!target) return;
      event.preventDefault();
      const field = target.matches("fieldset") ? target.querySelector("input, select, textarea") : target;
      (target.closest(".field") ?? target).scrollIntoView({ block: "start" });
      field?.focus({ preventScroll: true });
    });
  }
}
customElements.define("error-summary", ErrorSummary);

// <reveal-password data-show="Show" data-hide="Hide"><input type="password"></reveal-password>
class RevealPassword extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (!input || this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.dataset.show;
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => {
      const show = input.type === "password";
      input.type = show ? "text" : "password";
      button.textContent = show ? this.dataset.hide : this.dataset.show;
    });
    input.form?.addEventListener("submit", () => { input.type = "password"; });
    this.append(button);
  }
}
customElements.define("reveal-password", RevealPassword);

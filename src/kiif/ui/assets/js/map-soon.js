// The map library is large: it is asked for once the page is painted, so that reading never waits for it.
function soon() {
  const host = document.querySelector("kiif-map[data-module]");
  if (!host || customElements.get("kiif-map")) return;
  requestAnimationFrame(() => setTimeout(() => import(host.dataset.module), 0));
}

soon();
document.addEventListener("htmx:after:swap", soon);

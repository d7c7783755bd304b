// A click on the map adds or takes off a commune: the hidden form sends it, htmx swaps the list. Nothing else.
document.addEventListener("kiif-map-pick", (event) => {
  const form = document.getElementById("map-pick");
  if (!form) return;
  form.elements.namedItem("clic").value = event.detail.code;
  form.requestSubmit();
});

// Says in the page, in the reader's language, why a passkey did not work. The rest is allauth's (mfa/js/webauthn.js).
(function () {
  function say(reason) {
    const box = document.getElementById("passkey-trouble");
    if (!box) return;
    box.querySelector("p").textContent = box.dataset[reason];
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
  }

  function reasonOf(error) {
    if (/^[\d.]+$|^\[/.test(location.hostname)) return "address";
    if (!window.PublicKeyCredential) return "unsupported";
    return error && error.name === "NotAllowedError" ? "cancelled" : "other";
  }

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    say(reasonOf(event.detail.exception));
  });
})();

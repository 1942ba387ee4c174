// Hands what the site offers to the device, and the device's answer to the form. Nothing else.
"use strict";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const offer = JSON.parse(form.dataset.offer);
    try {
      const made = form.dataset.passkey === "make"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(offer) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(offer) });
      form.elements.answer.value = JSON.stringify(made.toJSON());
    } catch {
      form.elements.answer.value = ""; // given up, or not to be had: the site says so in words
    }
    form.submit();
  });
}

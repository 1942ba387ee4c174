// Hands what the site offers to the device, and the device's answer to the form. Nothing else.
// Keys go as text there and as bytes here; browsers learnt to turn them by themselves only in 2025.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const named = (keys = []) => keys.map((key) => ({ ...key, id: bytes(key.id) }));
const ASK = {
  make: (offer) => navigator.credentials.create({ publicKey: {
    ...offer,
    challenge: bytes(offer.challenge),
    user: { ...offer.user, id: bytes(offer.user.id) },
    excludeCredentials: named(offer.excludeCredentials),
  } }),
  prove: (offer) => navigator.credentials.get({ publicKey: {
    ...offer,
    challenge: bytes(offer.challenge),
    allowCredentials: named(offer.allowCredentials),
  } }),
};
const SAID = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];

function inWords(made) {
  const said = SAID.filter((name) => made.response[name]).map((name) => [name, text(made.response[name])]);
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: Object.fromEntries(said) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const made = await ASK[form.dataset.passkey](JSON.parse(form.dataset.offer));
      form.elements.answer.value = inWords(made);
    } catch (fault) {
      form.elements.answer.value = JSON.stringify({ fault: fault.name }); // the site says it in words
    }
    form.submit();
  });
}

// A register where there is no signal. What is pressed is kept on this device, locked with a key
// that never leaves it and that signing out destroys; it is gone after two days. It is sent as
// soon as the college answers, each press under a name of its own, so that twice is once.
"use strict";

const TWO_DAYS = 48 * 60 * 60 * 1000;
const STORES = ["locks", "registers", "words"];
const HERE = "/tutor/registers.json";
let opened;

const done = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

function database() {
  opened ||= new Promise((resolve, reject) => {
    const asked = indexedDB.open("registers", 1);
    asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name));
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = undefined; };
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function store(name, mode = "readonly") {
  return (await database()).transaction(name, mode).objectStore(name);
}

const read = async (name, key) => done((await store(name)).get(key));
const write = async (name, key, value) => done((await store(name, "readwrite")).put(value, key));
const remove = async (name, key) => done((await store(name, "readwrite")).delete(key));
const keys = async (name) => done((await store(name)).getAllKeys());

async function lockOf(person) {
  const lock = await read("locks", "mine");
  if (lock && (person === undefined || lock.person === person)) return lock;
  if (person === undefined) return null;
  if (lock) await forget();
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const made = { person, key };
  await write("locks", "mine", made);
  return made;
}

async function locked(value) {
  const lock = await lockOf();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, lock.key, plain);
  return { iv, box, at: Date.now() };
}

const keep = async (name, id, value) => write(name, id, await locked(value));

// All of them or none: whoever closes the page meanwhile still carries what they had.
async function replace(name, values) {
  const boxes = await Promise.all(values.map(locked));
  const changed = (await database()).transaction(name, "readwrite");
  const kept = changed.objectStore(name);
  kept.clear();
  boxes.forEach((box, place) => kept.put(box, values[place].id));
  await new Promise((resolve, reject) => {
    changed.oncomplete = resolve;
    changed.onerror = changed.onabort = () => reject(changed.error);
  });
}

async function kept(name, id) {
  const [lock, found] = [await lockOf(), await read(name, id)];
  if (!lock || !found) return null;
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv }, lock.key, found.box);
  return JSON.parse(new TextDecoder().decode(plain));
}

async function all(name) {
  const found = await Promise.all((await keys(name)).map((id) => kept(name, id)));
  return found.filter(Boolean);
}

async function forgetOld() {
  for (const name of ["registers", "words"]) {
    for (const id of await keys(name)) {
      const found = await read(name, id);
      if (found && Math.abs(Date.now() - found.at) > TWO_DAYS) await remove(name, id);
    }
  }
}

async function forget() {
  if (opened) (await opened).close();
  opened = undefined;
  await new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase("registers");
    asked.onsuccess = asked.onerror = asked.onblocked = resolve;
  });
}

// --- to and from the college

async function fetchRegisters() {
  const answer = await fetch(HERE, { redirect: "manual", cache: "no-store" });
  if (!answer.ok) return null; // signed out, or the college can't be reached
  const told = await answer.json();
  await lockOf(told.person);
  await replace("registers", told.registers);
  return told.token;
}

async function sendWords() {
  const token = await fetchRegisters();
  const words = await all("words");
  if (!token) return { sent: false, signedOut: navigator.onLine, said: [] };
  if (!words.length) return { sent: true, said: [] };
  const answer = await fetch(HERE, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ now: Date.now(), words }),
  });
  if (!answer.ok) return { sent: false, said: [] };
  const told = Object.values((await answer.json()).sessions);
  const known = new Set(told.flatMap((each) => each.keys));
  for (const word of words) {
    const now = await kept("words", `${word.session} ${word.who}`);
    if (now && known.has(now.key)) await remove("words", `${word.session} ${word.who}`);
  }
  await fetchRegisters();
  return { sent: true, said: told.flatMap(inWords) };
}

function inWords(told) {
  const said = told.why ? [told.why] : [];
  if (told.later.length) said.push(`${told.later.length} marked later by somebody else: theirs stand.`);
  if (told.met.length) said.push(`${told.met.length} marked differently by somebody else before: yours stand.`);
  if (told.refused.length) said.push(`${told.refused.length} could not be kept: their place was given up.`);
  return said;
}

let sending = null;
function send() {
  sending ||= sendWords().catch(() => ({ sent: false, said: [] })).finally(() => { sending = null; });
  return sending;
}

// --- the page

const chosen = (line) => line.querySelector("input[type=radio]:checked")?.value || "";
const minutesOf = (line) => line.querySelector("[name^=minutes-]")?.value.trim() || "";
const seenOf = (line) => line.querySelector("[name^=seen-]").value;

let ready = Promise.resolve(); // that the device knows whose it is
async function press(form, line) {
  await ready;
  const minutes = /^[0-9]{1,3}$/.test(minutesOf(line)) ? Number(minutesOf(line)) : null;
  const word = { session: Number(form.dataset.register), who: line.dataset.who, state: chosen(line) };
  Object.assign(word, { minutes, seen: seenOf(line), at: Date.now(), key: crypto.randomUUID() });
  try {
    await keep("words", `${word.session} ${word.who}`, word);
    line.querySelector("[name^=seen-]").value = minutes ? `${word.state}:${minutes}` : word.state; // or saving would say it anew
  } catch (fault) {
    form.dataset.plain = "yes";
    say(form, "This device can’t keep marks just now. Save while there is signal.");
    return;
  }
  await show(form);
}

function say(form, words) {
  form.querySelector("[data-kept]").textContent = words;
}

async function show(form, said = []) {
  const lines = [...form.querySelectorAll("[data-who^=e]")];
  const marked = lines.filter(chosen).length;
  form.querySelector("[data-marked]").textContent = `${marked} of ${lines.length} marked`;
  const waiting = (await all("words")).length;
  const safe = waiting ? `Safe on this device. ${waiting} not sent yet.` : "All is sent.";
  say(form, [safe, ...said].join(" "));
}

async function overlay(form) {
  for (const word of await all("words")) {
    const line = word.session === Number(form.dataset.register) && form.querySelector(`[data-who="${word.who}"]`);
    const box = line && line.querySelector(`input[value="${word.state}"]`);
    if (box) box.checked = true;
    const minutes = box && line.querySelector("[name^=minutes-]");
    if (minutes && word.minutes) minutes.value = word.minutes;
  }
}

async function pressWhatDiffers(form) {
  for (const line of form.querySelectorAll("[data-who]")) {
    const pressed = await kept("words", `${form.dataset.register} ${line.dataset.who}`);
    const now = minutesOf(line) && ["late", "early"].includes(chosen(line)) ? `:${minutesOf(line)}` : "";
    const before = seenOf(line).replace(/:$/, "");
    if (chosen(line) && !pressed && chosen(line) + now !== before) await press(form, line);
  }
}

async function prepare(form) {
  form.addEventListener("change", (event) => {
    const line = event.target.closest("[data-who]");
    heard = [];
    if (line && chosen(line)) press(form, line).then(() => soon(form));
  });
  form.addEventListener("submit", async (event) => {
    if (form.dataset.plain) return;
    event.preventDefault();
    if (event.submitter?.name === "rest") {
      for (const line of form.querySelectorAll("[data-who^=e]")) {
        if (!chosen(line)) line.querySelector("input[value=present]").checked = true;
      }
    }
    await pressWhatDiffers(form);
    await report(form);
  });
  const early = [...form.querySelectorAll("[data-who]")].filter(pressedBefore);
  for (const line of early) await press(form, line);
  await ready;
  await overlay(form);
  await show(form);
  if (early.length) soon(form);
}

// By somebody who was quicker than this script.
function pressedBefore(line) {
  const box = line.querySelector("input[type=radio]:checked");
  return box && !box.defaultChecked;
}

let heard = []; // what the college answered, until somebody presses again
async function report(form) {
  const came = await send();
  if (came.said.length) heard = came.said;
  await show(form, came.signedOut ? ["Sign in again, and they go."] : heard);
}

let waits;
function soon(form) {
  clearTimeout(waits);
  waits = setTimeout(() => report(form), 1500);
}

// --- the page for when there is no signal: filled with what the device carries

function filled(template, each) {
  const line = template.content.cloneNode(true).firstElementChild;
  for (const part of [line, ...line.querySelectorAll("*")]) {
    for (const attribute of part.attributes) attribute.value = attribute.value.replace(/WHO2?/g, each.who);
  }
  line.querySelector("[data-name]").textContent = each.name;
  line.querySelector("[data-notes]").textContent = each.notes.join("; ");
  const needs = line.querySelector("[data-needs]");
  if (needs) needs.textContent = each.needs;
  line.querySelector("[name^=seen-]").value = each.seen;
  const minutes = line.querySelector("[name^=minutes-]");
  if (minutes) minutes.value = each.minutes;
  const box = each.chosen && line.querySelector(`input[value="${each.chosen}"]`);
  if (box) box.defaultChecked = box.checked = true;
  return line;
}

async function fillShell(shell) {
  const wanted = location.pathname.match(/^\/tutor\/sessions\/(\d+)\/register$/);
  const register = wanted && await kept("registers", Number(wanted[1]));
  const form = shell.querySelector("form");
  if (register) {
    shell.querySelector("[data-title]").textContent = register.title;
    shell.querySelector("[data-when]").textContent = `${register.when}. ${register.where}`;
    form.dataset.register = register.id;
    const [tutors, students] = ["tutors", "students"].map((name) => form.querySelector(`[data-${name}]`));
    const [tutor, student] = ["tutor", "student"].map((name) => document.getElementById(name));
    tutors.append(...register.tutors.map((each) => filled(tutor, each)));
    students.append(...register.students.map((each) => filled(student, each)));
    form.hidden = false;
    await prepare(form);
    return;
  }
  const list = shell.querySelector("[data-list]");
  for (const each of await all("registers")) {
    const link = Object.assign(document.createElement("a"), { href: `/tutor/sessions/${each.id}/register`, textContent: each.title });
    const item = document.createElement("li");
    item.append(link, document.createElement("br"), `${each.when}. ${each.where}`);
    list.append(item);
  }
  shell.querySelector("[data-none]").hidden = list.children.length > 0;
}

// --- signing out

function button(words, style, press) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: words, className: `nhsuk-button ${style}` });
  made.addEventListener("click", press);
  return made;
}

async function warn(form, waiting) {
  const panel = Object.assign(document.createElement("div"), { className: "c-panel", tabIndex: -1 });
  panel.setAttribute("role", "alert");
  const words = Object.assign(document.createElement("p"), {
    textContent: `${waiting} ${waiting === 1 ? "mark has" : "marks have"} not been sent. Signing out would lose ${waiting === 1 ? "it" : "them"}.`,
  });
  const row = Object.assign(document.createElement("div"), { className: "c-row" });
  row.append(
    button("Send first", "", async () => {
      const came = await send();
      if (came.sent) await leave(form);
      else words.textContent = "They could not be sent yet. Try where there is signal.";
    }),
    button("Sign out without them", "nhsuk-button--secondary", () => leave(form)),
  );
  panel.append(words, row);
  document.getElementById("maincontent").prepend(panel);
  panel.focus();
}

async function leave(form) {
  await forget();
  form.submit();
}

function watchSignOut(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const waiting = await all("words").catch(() => []);
    await (waiting.length ? warn(form, waiting.length) : leave(form));
  });
}

async function begin() {
  document.querySelectorAll('form[action="/sign-out"]').forEach(watchSignOut);
  await forgetOld();
  const shell = document.querySelector("[data-offline]");
  if (shell) await fillShell(shell);
  const form = document.querySelector("form[data-register]");
  if (!shell) {
    ready = fetchRegisters().catch(() => {});
    navigator.serviceWorker?.register("/tutor/worker.js", { scope: "/tutor" }).catch(() => {});
    await (form ? prepare(form) : ready);
  }
  const again = () => (form?.dataset.register ? report(form) : send());
  window.addEventListener("online", again);
  if ((await all("words")).length) await again();
}

if (window.isSecureContext && window.indexedDB && window.crypto?.subtle) begin().catch(() => {});

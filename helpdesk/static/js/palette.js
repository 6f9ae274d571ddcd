// Ctrl+K (or Cmd+K): a list of views, pages and what can be done here, narrowed by typing. A reference leads to its ticket.

const dialog = document.querySelector("[data-palette]");
const field = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const says = dialog.querySelector("[data-palette-found]");
const MOST = 12;
let places = [], found = [], at = 0;

const HERE = [["r", "Answer the customer"], ["n", "Write a note"], ["a", "Give it to somebody"], ["e", "Escalate it"], ["s", "Set its status"]];

function deeds() {
  const parts = document.querySelector("[data-keys]")?.dataset.parts ?? "";
  const show = (key) => () => document.dispatchEvent(new CustomEvent("desk:show", { detail: key }));
  return HERE.filter(([key]) => parts.includes(key)).map(([key, words]) => ({ words, kind: "This ticket", act: show(key) }));
}

async function open() {
  if (dialog.open) return;
  dialog.showModal();
  field.value = "";
  draw();
  if (places.length) return;
  try {
    const answer = await fetch(dialog.dataset.commands, { credentials: "same-origin", redirect: "error" });
    places = answer.ok ? await answer.json() : [];
  } catch { places = []; }
  draw();
}

// Every word typed must begin some word of the entry: "wa cu" finds "Waiting for customer".
function fits(entry, typed) {
  const words = entry.words.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return typed.every((start) => words.some((word) => word.startsWith(start)));
}

function search(text) {
  const typed = text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const code = text.replace(/[^a-z0-9]/gi, "").toUpperCase();
  const entries = [...deeds(), ...places].filter((entry) => fits(entry, typed)).slice(0, MOST);
  const queue = `${dialog.dataset.queueUrl}?q=${encodeURIComponent(text.trim())}`;
  if (/^[A-Z0-9]{8}$/.test(code)) entries.unshift({ words: `Ticket ${code.slice(0, 4)}-${code.slice(4)}`, kind: "Open", url: queue });
  else if (typed.length) entries.push({ words: `Search for “${text.trim()}”`, kind: "Search", url: queue });
  return entries;
}

function draw() {
  found = search(field.value);
  at = 0;
  list.replaceChildren(...found.map((entry, index) => {
    const line = document.createElement("li");
    line.id = `palette-${index}`;
    line.setAttribute("role", "option");
    const kind = document.createElement("span");
    kind.textContent = entry.kind;
    line.append(entry.words, kind);
    line.addEventListener("click", () => run(entry));
    return line;
  }));
  says.textContent = found.length ? `${found.length} found` : "Nothing found";
  mark();
}

function mark() {
  [...list.children].forEach((line, index) => line.setAttribute("aria-selected", index === at ? "true" : "false"));
  list.children[at]?.scrollIntoView({ block: "nearest" });
  if (found.length) field.setAttribute("aria-activedescendant", `palette-${at}`);
  else field.removeAttribute("aria-activedescendant");
}

function run(entry) {
  if (!entry) return;
  dialog.close();
  if (entry.act) entry.act();
  else location.assign(entry.url);
}

const KEYS = {
  ArrowDown: () => { at = (at + 1) % Math.max(1, found.length); mark(); },
  ArrowUp: () => { at = (at - 1 + found.length) % Math.max(1, found.length); mark(); },
  Enter: () => run(found[at]),
};

field.addEventListener("input", draw);
field.addEventListener("keydown", (event) => {
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open();
});

const opener = document.querySelector("[data-palette-open]");
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", open);
}

// Keys for the desk: walk the queue, jump to the parts of a ticket, go places. "?" lists them (components/keys.html).
// They can be switched off on a device: people who dictate press single keys without meaning to.

const rows = [...document.querySelectorAll("[data-queue] [data-row]")];
const list = document.querySelector("[data-keys]");
const places = document.querySelector("[data-go]");
let at = -1;

// Where r, n, a, e and s lead on a ticket's page: what is marked for it, else the usual field.
const PARTS = {
  r: "[data-key-r], #reply-body",
  n: "[data-key-n], #note-body",
  a: "[data-key-a], #side-assignee",
  e: "[data-key-e], #help-note",
  s: "[data-key-s], #side-status",
};

function walk(step) {
  if (!rows.length) return;
  at = Math.min(rows.length - 1, Math.max(0, at + step));
  rows[at].querySelector("[data-open]").focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
}

function pick(event) {
  const box = rows[at]?.querySelector("input[type=checkbox]");
  box?.dispatchEvent(new MouseEvent("click", { shiftKey: event.shiftKey, bubbles: true, cancelable: true }));
}

function show(key) {
  const part = document.querySelector(PARTS[key]);
  if (!part) return false;
  for (let fold = part.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
  part.scrollIntoView({ block: "center" });
  part.focus({ preventScroll: true });
  return true;
}

function work(key) {
  const link = rows[at]?.querySelector("[data-open]");
  if (link) location.assign(`${link.href}#key-${key}`);
  else show(key);
}

let going = 0;
function go(key) {
  const link = places?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (link) location.assign(link.href);
}

const DEEDS = {
  j: () => walk(1),
  k: () => walk(-1),
  x: pick,
  X: pick,
  g: () => { going = Date.now(); },
  u: () => document.querySelector(".page-head .back")?.click(),
  ".": () => document.querySelector("[data-news] a")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => list?.showModal(),
};
for (const key of Object.keys(PARTS)) DEEDS[key] = () => work(key);

const isOff = () => localStorage.getItem("keys") === "off";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]")) return;
  const isGoing = Date.now() - going < 1500;
  going = 0;
  if (isGoing && places?.querySelector(`[data-key="${CSS.escape(event.key)}"]`)) {
    event.preventDefault();
    go(event.key);
  } else if (DEEDS[event.key]) {
    event.preventDefault();
    DEEDS[event.key](event);
  }
});

const opener = document.querySelector("[data-keys-open]");
const keysOn = list?.querySelector("[data-keys-on]");
if (opener && keysOn) {
  opener.hidden = false;
  opener.addEventListener("click", () => list.showModal());
  keysOn.checked = !isOff();
  keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));
}

// Focus moved by Tab or mouse: j and k go on from there.
rows.forEach((row, index) => row.addEventListener("focusin", () => { at = index; }));

// The palette offers what this page has, and asks for it here.
if (list) list.dataset.parts = Object.keys(PARTS).filter((key) => document.querySelector(PARTS[key])).join("");
document.addEventListener("desk:show", (event) => show(event.detail));

const asked = /^#key-([rnaes])$/.exec(location.hash);
if (asked) {
  history.replaceState(history.state, "", location.pathname + location.search);
  show(asked[1]);
}

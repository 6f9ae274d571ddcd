// Keys for the desk: j and k walk the queue, Enter opens, x selects, / searches, ? lists the keys.
// They can be switched off on a device: people who dictate press single keys without meaning to.

const rows = [...document.querySelectorAll("[data-queue] [data-row]")];
const keys = document.querySelector("[data-keys]");
let at = -1;

function walk(step) {
  if (!rows.length) return;
  at = Math.min(rows.length - 1, Math.max(0, at + step));
  rows[at].querySelector("[data-open]").focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
}

const DEEDS = {
  j: () => walk(1),
  k: () => walk(-1),
  x: () => rows[at]?.querySelector("input[type=checkbox]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => keys?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]");
  if (typing || localStorage.getItem("keys") === "off" || event.ctrlKey || event.metaKey || event.altKey || !DEEDS[event.key]) return;
  event.preventDefault();
  DEEDS[event.key]();
});

const opener = document.querySelector("[data-keys-open]");
const keysOn = keys?.querySelector("[data-keys-on]");
if (opener && keysOn) {
  opener.hidden = false;
  opener.addEventListener("click", () => keys.showModal());
  keysOn.checked = localStorage.getItem("keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));
}

// Focus moved by Tab or mouse: j and k go on from there.
rows.forEach((row, index) => row.addEventListener("focusin", () => { at = index; }));

for (const form of document.querySelectorAll("[data-bulk]")) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)];
  const says = form.querySelector("[data-bulk-count]");
  const idle = says.textContent;
  const count = () => {
    const picked = boxes.filter((box) => box.checked).length;
    form.classList.toggle("has-picks", picked > 0);
    says.textContent = picked ? `${picked} selected` : idle;
  };
  boxes.forEach((box) => box.addEventListener("change", count));
  count();
}

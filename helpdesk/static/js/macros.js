// A macro or a proposal is put into the box where the cursor is; without this script its link brings the page with it.

const form = document.querySelector("[data-answer]");
const box = form?.querySelector("textarea");

function put(text) {
  const before = box.value.slice(0, box.selectionStart).trimEnd();
  const after = box.value.slice(box.selectionEnd).trimStart();
  box.value = [before, text, after].filter(Boolean).join("\n\n");
  const end = box.value.length - (after ? after.length + 2 : 0);
  box.focus();
  box.setSelectionRange(end, end);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function change(macro) {
  if (macro.then) form.elements.then.value = macro.then;
  const line = form.querySelector("[data-also]");
  const tick = line.querySelector("input");
  line.hidden = !macro.also;
  tick.checked = Boolean(macro.also);
  tick.value = macro.id;
  line.querySelector("[data-also-words]").textContent = `“${macro.name}” also ${macro.also}`;
}

async function use(link, address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return location.assign(link.href);
  const found = await answer.json();
  link.closest("details")?.removeAttribute("open");
  put(found.body);
  if ("also" in found) change(found);
}

document.addEventListener("click", (event) => {
  const link = box && event.target.closest("[data-macro], [data-propose]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  use(link, link.dataset.macro || link.dataset.propose).catch(() => location.assign(link.href));
});

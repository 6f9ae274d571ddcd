// “@” in a note suggests colleagues: arrows choose, Enter or Tab takes one, Escape closes.

let names = null, chosen = 0;
const list = document.createElement("ul");
list.className = "mentions";
list.id = "mentions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Colleagues");

const begun = (box) => /(?:^|[\s(])@([^@\n]{0,40})$/.exec(box.value.slice(0, box.selectionStart));

async function found(box, text) {
  names ??= await fetch(box.dataset.mentions).then((answer) => (answer.ok ? answer.json() : []));
  const words = text.toLowerCase();
  return names.filter((name) => name.toLowerCase().split(/\s+/).some((part, index, all) => all.slice(index).join(" ").startsWith(words))).slice(0, 6);
}

function close(box) {
  list.remove();
  box.removeAttribute("aria-controls");
  box.removeAttribute("aria-activedescendant");
}

function mark(box, index) {
  chosen = (index + list.children.length) % list.children.length;
  [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
  box.setAttribute("aria-activedescendant", list.children[chosen].id);
}

function take(box, name) {
  const start = box.selectionStart - begun(box)[1].length;
  box.setRangeText(`${name} `, start, box.selectionStart, "end");
  close(box);
  box.focus();
}

async function suggest(box) {
  const typed = begun(box);
  const matches = typed ? await found(box, typed[1]) : [];
  if (!matches.length || !begun(box)) return close(box);
  list.replaceChildren(...matches.map((name, number) => {
    const item = document.createElement("li");
    item.id = `mention-${number}`;
    item.textContent = name;
    item.setAttribute("role", "option");
    item.addEventListener("mousedown", (event) => { event.preventDefault(); take(box, name); });
    return item;
  }));
  box.after(list);
  box.setAttribute("aria-controls", list.id);
  mark(box, 0);
}

function hearKey(box, event) {
  if (!list.isConnected) return;
  const deeds = {
    ArrowDown: () => mark(box, chosen + 1),
    ArrowUp: () => mark(box, chosen - 1),
    Enter: () => take(box, list.children[chosen].textContent),
    Tab: () => take(box, list.children[chosen].textContent),
    Escape: () => close(box),
  };
  if (!deeds[event.key]) return;
  event.preventDefault();
  deeds[event.key]();
}

for (const box of document.querySelectorAll("[data-mentions]")) {
  box.addEventListener("input", () => suggest(box));
  box.addEventListener("keydown", (event) => hearKey(box, event));
  box.addEventListener("blur", () => close(box));
}

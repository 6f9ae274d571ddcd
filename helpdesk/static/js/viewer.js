// Photos open large on top of the page, with arrows; without this script each is a plain link.

const { _ } = window.words;

let links = [], at = 0;
const dialog = document.createElement("dialog");
const picture = new Image();
const words = document.createElement("span");

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-quiet";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function show(index) {
  at = (index + links.length) % links.length;
  const alt = links[at].querySelector("img").alt;
  picture.src = links[at].href;
  picture.alt = alt;
  words.textContent = links.length > 1 ? _("%(at)s of %(all)s", { at: at + 1, all: links.length }) : "";
}

function build() {
  const bar = document.createElement("div");
  bar.className = "viewer-bar";
  bar.append(button(_("Previous"), () => show(at - 1)), words, button(_("Next"), () => show(at + 1)), button(_("Close"), () => dialog.close()));
  dialog.className = "viewer";
  dialog.setAttribute("aria-label", _("Photo"));
  words.setAttribute("aria-live", "polite");
  dialog.append(bar, picture);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-viewer] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!dialog.isConnected) build();
  links = [...link.closest("[data-viewer]").querySelectorAll("a")];
  show(links.indexOf(link));
  dialog.showModal();
});

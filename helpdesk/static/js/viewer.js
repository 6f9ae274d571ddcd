// Photos open large on top of the page: arrows, zoom, download. Without this script each is a plain link to its page.

const { _ } = window.words;

const MOST = 5, STEP = 1.35, MOVE = 60;
let links = [], at = 0, zoom = 1, x = 0, y = 0, drag = null, lastTap = 0, isTouch = false;
const dialog = document.createElement("dialog");
const dressed = Promise.all(["dialogs", "viewer"].map(dress));
const stage = document.createElement("div");
const picture = new Image();
const caption = document.createElement("p");
const count = document.createElement("span");
const scale = document.createElement("span");
const download = document.createElement("a");
const buttons = {};

// Its style sheets come along with it, under the same hash.
function dress(name) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = import.meta.url.replace("js/viewer.js", `css/${name}.css`);
  document.head.append(sheet);
  return new Promise((done) => { sheet.onload = sheet.onerror = done; });
}

function button(name, text, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-quiet";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  buttons[name] = made;
  return made;
}

function draw() {
  picture.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
  scale.textContent = `${Math.round(zoom * 100)} %`;
  stage.classList.toggle("is-zoomed", zoom > 1);
  buttons.smaller.disabled = zoom <= 1;
  buttons.larger.disabled = zoom >= MOST;
}

function keepInside() {
  const roomX = Math.max(0, (picture.clientWidth * zoom - stage.clientWidth) / 2);
  const roomY = Math.max(0, (picture.clientHeight * zoom - stage.clientHeight) / 2);
  x = Math.min(roomX, Math.max(-roomX, x));
  y = Math.min(roomY, Math.max(-roomY, y));
}

// What lies under the pointer stays under it.
function zoomTo(wanted, event) {
  const next = Math.min(MOST, Math.max(1, wanted));
  const box = stage.getBoundingClientRect();
  const fromX = event ? event.clientX - box.left - box.width / 2 : 0;
  const fromY = event ? event.clientY - box.top - box.height / 2 : 0;
  x = fromX - (fromX - x) * (next / zoom);
  y = fromY - (fromY - y) * (next / zoom);
  zoom = next;
  keepInside();
  draw();
}

function move(byX, byY) {
  x += byX;
  y += byY;
  keepInside();
  draw();
}

function show(index) {
  at = (index + links.length) % links.length;
  const link = links[at];
  picture.src = link.href;
  picture.alt = link.querySelector("img").alt;
  caption.textContent = picture.alt;
  count.textContent = _("%(at)s of %(all)s", { at: at + 1, all: links.length });
  download.href = link.dataset.file || link.href;
  zoom = 1;
  x = y = 0;
  buttons.previous.hidden = buttons.next.hidden = links.length < 2;
  draw();
}

function arrow(byX, byY, step) {
  if (zoom > 1) move(byX, byY);
  else if (step) show(at + step);
}

const KEYS = {
  ArrowLeft: () => arrow(MOVE, 0, -1),
  ArrowRight: () => arrow(-MOVE, 0, 1),
  ArrowUp: () => arrow(0, MOVE),
  ArrowDown: () => arrow(0, -MOVE),
  PageUp: () => show(at - 1),
  PageDown: () => show(at + 1),
  Home: () => show(0),
  End: () => show(links.length - 1),
  "+": () => zoomTo(zoom * STEP),
  "=": () => zoomTo(zoom * STEP),
  "-": () => zoomTo(zoom / STEP),
  0: () => zoomTo(1),
};

function hearKeys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  KEYS[event.key]();
}

function hearPointer() {
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomTo(zoom * (event.deltaY < 0 ? STEP : 1 / STEP), event);
  }, { passive: false });
  stage.addEventListener("dblclick", (event) => { if (!isTouch) zoomTo(zoom > 1 ? 1 : 2.5, event); });
  stage.addEventListener("pointerdown", (event) => {
    isTouch = event.pointerType === "touch";
    drag = { x: event.clientX - x, y: event.clientY - y };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drag || zoom <= 1) return;
    [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    keepInside();
    draw();
  });
  stage.addEventListener("pointerup", (event) => {
    drag = null;
    if (!isTouch) return;
    if (event.timeStamp - lastTap < 300) zoomTo(zoom > 1 ? 1 : 2.5, event);
    lastTap = event.timeStamp;
  });
  stage.addEventListener("pointercancel", () => { drag = null; });
}

function build() {
  const bar = document.createElement("div");
  bar.className = "viewer-bar";
  const [pages, zooms, ends] = [0, 1, 2].map(() => document.createElement("div"));
  pages.append(button("previous", "←", _("Previous photo"), () => show(at - 1)), count, button("next", "→", _("Next photo"), () => show(at + 1)));
  zooms.append(button("smaller", "−", _("Smaller"), () => zoomTo(zoom / STEP)), scale, button("larger", "+", _("Larger"), () => zoomTo(zoom * STEP)));
  download.className = "button button-quiet";
  download.textContent = _("Download");
  download.setAttribute("download", "");
  ends.append(download, button("close", _("Close"), _("Close"), () => dialog.close()));
  bar.append(pages, zooms, ends);
  dialog.className = "viewer";
  dialog.setAttribute("aria-label", _("Photo"));
  count.setAttribute("aria-live", "polite");
  caption.className = "viewer-caption";
  stage.className = "viewer-stage";
  picture.draggable = false;
  stage.append(picture);
  dialog.append(bar, stage, caption);
  dialog.addEventListener("keydown", hearKeys);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  hearPointer();
  document.body.append(dialog);
}

// All photos of the conversation, the one behind this link first in sight; look.js calls it.
export async function open(link) {
  await dressed;
  if (!dialog.isConnected) build();
  const room = link.closest("[data-talk]") || link.closest("[data-viewer]");
  links = [...room.querySelectorAll("[data-viewer] a, :scope > li > a")].filter((each) => each.querySelector("img"));
  show(links.indexOf(link));
  dialog.showModal();
}

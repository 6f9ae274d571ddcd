// Previews of chosen photos, taking one back, and a warning before a send that could not succeed.

const { _, decimal } = window.words;

const MB = 1024 * 1024;
const SHOWABLE = /^image\/(jpeg|png|webp|gif|avif)$/;

function sizeWords(bytes) {
  return bytes < MB ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${decimal(bytes / MB)} MB`;
}

function problem(files, limits) {
  if (files.length > limits.most) return _("%(number)s files chosen; at most %(most)s can be sent. Please remove some.", { number: files.length, most: limits.most });
  const big = files.find((file) => file.size > limits.each);
  if (big) return _("%(name)s is %(size)s; a file may have %(most)s.", { name: big.name, size: sizeWords(big.size), most: sizeWords(limits.each) });
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return total > limits.all ? _("Together %(size)s; at most %(most)s can be sent at once.", { size: sizeWords(total), most: sizeWords(limits.all) }) : "";
}

function tile(file) {
  const box = document.createElement("div");
  box.className = "photos-tile";
  // HEIC and PDF cannot be drawn by most browsers: their kind in words instead.
  const inWords = () => { box.textContent = (file.name.split(".").pop() || "file").toUpperCase(); };
  if (!SHOWABLE.test(file.type)) {
    inWords();
    return box;
  }
  const picture = new Image();
  picture.alt = "";
  picture.src = URL.createObjectURL(file);
  picture.onload = () => URL.revokeObjectURL(picture.src);
  picture.onerror = inWords;
  box.append(picture);
  return box;
}

function entry(file, limits, remove) {
  const item = document.createElement("li");
  item.classList.toggle("is-too-big", file.size > limits.each);
  const name = document.createElement("span");
  name.className = "photos-name";
  name.textContent = `${file.name}, ${sizeWords(file.size)}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "photos-remove";
  button.textContent = _("Remove");
  button.setAttribute("aria-label", _("Remove %(name)s", { name: file.name }));
  button.addEventListener("click", remove);
  item.append(tile(file), name, button);
  return item;
}

function keep(input, files) {
  const chosen = new DataTransfer();
  files.forEach((file) => chosen.items.add(file));
  input.files = chosen.files;
}

function enhance(field) {
  const [input, list, says] = ["input[type=file]", "[data-photos-list]", "[data-photos-says]"].map((at) => field.querySelector(at));
  const limits = { most: +field.dataset.most, each: field.dataset.eachMb * MB, all: field.dataset.allMb * MB };
  let files = [];

  function show() {
    keep(input, files);
    list.replaceChildren(...files.map((file) => entry(file, limits, () => { files = files.filter((other) => other !== file); show(); input.focus(); })));
    list.hidden = !files.length;
    const wrong = problem(files, limits);
    says.textContent = wrong || (files.length ? (files.length === 1 ? _("1 file ready to send.") : _("%(number)s files ready to send.", { number: files.length })) : "");
    says.classList.toggle("is-wrong", Boolean(wrong));
    input.setCustomValidity(wrong);
  }

  // A second choice adds to the first: people take one photo after the other.
  input.addEventListener("change", () => {
    const known = new Set(files.map((file) => `${file.name}/${file.size}/${file.lastModified}`));
    files = [...files, ...[...input.files].filter((file) => !known.has(`${file.name}/${file.size}/${file.lastModified}`))];
    show();
  });
  input.form?.addEventListener("submit", (event) => {
    if (!problem(files, limits)) return;
    event.preventDefault();
    input.focus();
  });
}

document.querySelectorAll("[data-photos]").forEach(enhance);

// Selecting rows of a list: a running count, this page at once, and everything between two with Shift.

for (const form of document.querySelectorAll("[data-bulk]")) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)];
  const says = form.querySelector("[data-bulk-count]");
  const everything = form.querySelector("[data-bulk-all], [name=all_matching]");
  const page = form.querySelector("[data-bulk-page]");
  const pageBox = page?.querySelector("input");
  const idle = says.textContent;
  let last = null;

  function count() {
    const picked = boxes.filter((box) => box.checked).length;
    const all = everything?.checked;
    form.classList.toggle("has-picks", picked > 0 || Boolean(all));
    const shown = all ? everything.closest("label").textContent.trim() : `${picked} selected`;
    says.textContent = picked || all ? shown : idle;
    boxes.forEach((box) => box.closest("tr")?.classList.toggle("is-picked", box.checked));
    if (pageBox) {
      pageBox.checked = picked === boxes.length;
      pageBox.indeterminate = picked > 0 && picked < boxes.length;
    }
  }

  function between(one, other) {
    const [from, to] = [boxes.indexOf(one), boxes.indexOf(other)].sort((a, b) => a - b);
    return boxes.slice(from, to + 1);
  }

  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) between(last, box).forEach((each) => { each.checked = box.checked; });
      last = box;
      count();
    });
  }
  everything?.addEventListener("change", count);
  pageBox?.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = pageBox.checked; });
    count();
  });
  if (page) page.hidden = false;
  count();
}

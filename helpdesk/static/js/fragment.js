// A part of a page that is loaded after it: <div data-fragment="address">. In a closed <details>, when that opens.

async function load(box) {
  const address = box.dataset.fragment;
  if (!address) return;
  delete box.dataset.fragment;
  try {
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok && !answer.redirected) box.innerHTML = await answer.text();
  } catch {
    // Without an answer what stood there stays: it leads to a page with the same.
  }
}

for (const box of document.querySelectorAll("[data-fragment]")) {
  const fold = box.closest("details");
  if (!fold || fold.open) load(box);
  else fold.addEventListener("toggle", () => load(box), { once: true });
}

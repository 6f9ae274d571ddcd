// A part of a page that is loaded after it: <... data-fragment="address">. In a closed <details>, when that is opened.

async function load(box) {
  const address = box.dataset.fragment;
  delete box.dataset.fragment;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html", "X-Requested-With": "fetch" } });
    // Somebody who was signed out meanwhile is led to the sign-in, which is no part of this page.
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
    const text = await answer.text();
    const hadFocus = box.contains(document.activeElement);
    box.innerHTML = text; // our own page, escaped where it was made
    if (hadFocus) {
      // Whoever stood on the link that was here stands before what took its place, and not at the top of the page.
      box.tabIndex = -1;
      box.focus({ preventScroll: true });
    }
  } catch {
    // What stood there stays: it leads to a page with the same. The next opening tries again.
    box.dataset.fragment = address;
  }
}

function loadAllIn(room) {
  for (const box of room.querySelectorAll("[data-fragment]")) {
    if (!box.closest("details:not([open])")) load(box);
  }
}

// What was loaded may hold more to unfold, so this listens for all there will be.
document.addEventListener("toggle", (event) => {
  if (event.target.open) loadAllIn(event.target);
}, true);

loadAllIn(document);

// <details data-unfold="address"> fetches what it holds when it is first opened; without scripts a link in it leads there.

async function fill(details) {
  const room = details.querySelector(":scope > :not(summary)");
  const answer = await fetch(details.dataset.unfold, { headers: { Accept: "text/html" } });
  // Somebody who was signed out meanwhile is led to the sign-in: the link that stands here already does that better.
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  room.innerHTML = await answer.text(); // our own page, escaped where it was made
}

document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.open || !details.matches("[data-unfold]") || details.dataset.unfolded) return;
  details.dataset.unfolded = "yes";
  fill(details).catch(() => delete details.dataset.unfolded);
}, true);

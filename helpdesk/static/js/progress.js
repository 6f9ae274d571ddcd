// While clocks are moving, looks again every few seconds and shows how far it is; without it, loading the page again does.

const place = document.querySelector("[data-progress]");

async function look() {
  const answer = await fetch(location.pathname, { credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-progress]");
  if (!now) return;
  place.replaceChildren(...now.childNodes);
  if (now.dataset.progress === "running") setTimeout(look, 3000);
}

if (place?.dataset.progress === "running") setTimeout(look, 3000);

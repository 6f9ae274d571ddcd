// An open queue looks every 20 seconds whether tickets changed, and says so; the rows stay where they are until asked.
// Counters follow. It rests while nobody looks at the page, and asks less and less often while the server does not answer.

const news = document.querySelector("[data-news]");
const EVERY = 20_000, LONGEST = 300_000;
const told = new Map(); // what changed, by ticket: told once for each change
let since = Number(news.dataset.since);
let wait = EVERY, timer;

const here = () => new Set([...document.querySelectorAll("[data-row]")].map((row) => Number(row.dataset.row)));

async function ask(address) {
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "error" });
  if (answer.status === 304) return null;
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function count() {
  const counts = await ask(news.dataset.counts);
  for (const place of document.querySelectorAll("[data-count]")) {
    const number = counts[place.dataset.count];
    if (number === undefined) continue;
    place.textContent = number;
    if (place.dataset.words && place.closest("nav") === null) place.textContent += number === "1" ? " ticket" : ` ${place.dataset.words}`;
    place.closest("[data-view]")?.classList.toggle("is-empty", number === "0");
  }
}

function say(more) {
  const shown = here();
  const changed = [...told].filter(([id, matches]) => shown.has(id) || matches);
  if (!changed.length) return;
  const fresh = changed.filter(([id]) => !shown.has(id)).length;
  const number = `${changed.length}${more ? "+" : ""}`;
  const words = fresh === changed.length ? "new here" : "changed";
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = "Show";
  link.addEventListener("click", (event) => { event.preventDefault(); location.reload(); });
  news.replaceChildren(`${number} ${number === "1" ? "ticket" : "tickets"} ${words} - `, link);
  for (const [id] of changed) document.querySelector(`[data-row="${id}"]`)?.classList.add("is-stale");
}

async function look() {
  try {
    const address = `${news.dataset.changes}&since=${since}`;
    const found = await ask(address);
    if (found) {
      const before = JSON.stringify([...told.keys()]);
      for (const [id, , matches] of found.tickets) told.set(id, matches || told.get(id));
      since = found.until;
      if (JSON.stringify([...told.keys()]) !== before || found.more) say(found.more);
      await count();
    }
    wait = EVERY;
  } catch {
    wait = Math.min(wait * 2, LONGEST);
  }
  plan();
}

function plan() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(look, wait);
}

document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else look(); });
count().catch(() => {});
plan();

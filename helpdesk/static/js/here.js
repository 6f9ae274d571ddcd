// Says every few seconds that this ticket is open here, and shows which colleagues have it open too.

const line = document.querySelector("[data-here]");
const EVERY = 12000, WRITES_FOR = 15000;
let typedAt = 0;

const given = (more) => new URLSearchParams({ csrf_token: line.dataset.token, ...more });

function sentence(others) {
  return others.map(({ name, is_writing: writes }) => `${name} is ${writes ? "writing" : "looking"}.`).join(" ");
}

function show(others) {
  const words = sentence(others);
  line.hidden = !words;
  if (line.textContent !== words) line.textContent = words;
  line.classList.toggle("is-writing", others.some((other) => other.is_writing));
}

async function say() {
  if (document.hidden) return;
  const writing = Date.now() - typedAt < WRITES_FOR ? "1" : "0";
  const answer = await fetch(line.dataset.here, { method: "POST", body: given({ writing }) });
  if (answer.ok && !answer.redirected) show(await answer.json());
}

if (line) {
  const quietly = () => say().catch(() => {}); // the next one tells
  document.addEventListener("input", (event) => {
    if (!event.target.matches("textarea")) return;
    const wasQuiet = Date.now() - typedAt > WRITES_FOR;
    typedAt = Date.now();
    if (wasQuiet) quietly();
  });
  document.addEventListener("visibilitychange", quietly);
  window.addEventListener("pagehide", () => navigator.sendBeacon(line.dataset.here, given({ left: "1" })));
  setInterval(quietly, EVERY);
  quietly();
}

// Keeps every <time data-countdown> right: "in 3 h 12 min", "2 h overdue". The server's clock counts, not the device's.
// The words are those of the filter `until` in web/filters.py.

const MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

export function words(seconds) {
  const span = spanWords(Math.abs(seconds));
  return seconds >= 0 ? `in ${span}` : `${span} overdue`;
}

function spanWords(seconds) {
  if (seconds < MINUTE) return "less than a minute";
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return pair(seconds, HOUR, "h", MINUTE, "min");
  const days = Math.floor(seconds / DAY);
  return days >= 2 ? `${days} days` : pair(seconds, DAY, "day", HOUR, "h");
}

function pair(seconds, big, bigWord, small, smallWord) {
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)} ${bigWord}${rest ? ` ${rest} ${smallWord}` : ""}`;
}

function tick(element, offset) {
  const left = (Date.parse(element.dateTime) - Date.now() - offset) / 1000;
  const now = words(left);
  if (element.textContent !== now) element.textContent = now;
}

const started = Date.now();
const all = [...document.querySelectorAll("time[data-countdown]")].map((element) => {
  const server = Date.parse(element.dataset.now);
  return [element, Number.isNaN(server) ? 0 : server - started];
});

function tickAll() {
  all.forEach(([element, offset]) => tick(element, offset));
}

if (all.length) {
  setInterval(tickAll, 20_000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tickAll(); });
}

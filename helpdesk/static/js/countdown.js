// Keeps every <time data-countdown> right: "in 3 h 12 min", "2 h overdue". The server's clock counts, not the device's.
// The words are those of the filter `until` in web/filters.py.

const { _ } = window.words;

const MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

export function words(seconds) {
  const span = spanWords(Math.abs(seconds));
  return seconds >= 0 ? _("in %(time)s", { time: span }) : _("%(time)s overdue", { time: span });
}

function spanWords(seconds) {
  if (seconds < MINUTE) return _("less than a minute");
  if (seconds < HOUR) return _("%(minutes)s min", { minutes: Math.floor(seconds / MINUTE) });
  const days = Math.floor(seconds / DAY), hours = Math.floor((seconds % DAY) / HOUR), minutes = Math.floor((seconds % HOUR) / MINUTE);
  if (days >= 2) return _("%(number)s days", { number: days });
  if (days) return hours ? _("1 day %(hours)s h", { hours }) : _("1 day");
  return minutes ? _("%(hours)s h %(minutes)s min", { hours, minutes }) : _("%(hours)s h", { hours });
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

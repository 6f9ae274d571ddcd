// The words of scripts: English stands in them, the page brings its own language where that is another (web/language.py).
// Loaded before all others, which take it from `window`: an import would have no hash of the files in its address.

const { lang } = document.documentElement;
const told = JSON.parse(document.querySelector("script[data-words]")?.dataset.words || "{}");

const _ = (text, values = {}) => (told[text] || text).replace(/%\((\w+)\)s/g, (_match, name) => values[name]);

const decimal = (number) => number.toLocaleString(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false });

window.words = { _, decimal };

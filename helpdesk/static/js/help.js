// Answers appear under <form data-help="address"> while somebody types; without scripts its button leads to them.

const PAUSE = 180;
const SHORTEST = 2;

document.querySelectorAll("form[data-help]").forEach((form) => {
  const box = form.querySelector("[name=q]");
  const room = form.querySelector("[data-help-found]");
  const says = form.querySelector("[data-help-says]");
  let timer, asking, shown = "", told = "";

  function close() {
    room.hidden = true;
    room.replaceChildren();
    says.textContent = shown = "";
  }

  async function look() {
    const query = box.value.trim();
    if (query === shown) return;
    asking?.abort();
    if (query.length < SHORTEST) return close();
    asking = new AbortController();
    const address = `${form.dataset.help}?${new URLSearchParams({ q: query })}`;
    const answer = await fetch(address, { signal: asking.signal });
    if (!answer.ok) return;
    room.innerHTML = await answer.text(); // our own page, escaped where it was made
    room.hidden = false;
    shown = query;
    says.textContent = room.querySelector("[data-says]")?.dataset.says ?? "";
  }

  // What was looked for and what was opened, once per search; it may outlive this page.
  function tell(clicked = "") {
    if (!shown || told === `${shown} ${clicked}`) return;
    told = `${shown} ${clicked}`;
    navigator.sendBeacon(form.dataset.used, new URLSearchParams({ q: shown, clicked }));
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(() => {}), PAUSE); // aborted, or offline: the button still works
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !room.hidden) {
      event.preventDefault();
      close();
    }
  });
  room.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-key]");
    if (link) tell(link.dataset.key);
  });
  form.addEventListener("focusout", (event) => {
    const found = room.querySelector("[data-count]");
    if (!form.contains(event.relatedTarget) && found?.dataset.count === "0") tell();
  });
  form.addEventListener("submit", () => { shown = ""; }); // the search itself is kept then
});

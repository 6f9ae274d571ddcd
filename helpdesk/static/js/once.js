// A form is sent once: a second press does nothing, and the wait is said aloud. Works on every <form data-once>.

function say(form, words) {
  const line = document.createElement("p");
  line.className = "sending";
  line.setAttribute("role", "status");
  form.append(line);
  // Filled a moment later: screen readers read a live line when it changes, not when it appears.
  requestAnimationFrame(() => { line.textContent = words; });
}

function hold(form) {
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit], input[type=submit]")) {
    // Not `disabled`: the pressed button's name and value must still be sent.
    button.setAttribute("aria-disabled", "true");
  }
  if (form.dataset.sending) say(form, form.dataset.sending);
}

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  form.querySelectorAll(":scope > .sending").forEach((line) => line.remove());
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else hold(form);
});

// Back from the next page: the browser may show this one as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("[data-once][data-sent]").forEach(release);
});

document.querySelector("[data-focus]")?.focus();

// Reading a ticket is told once it is really looked at, not when it is opened in a tab behind.

const form = document.querySelector("form[data-seen]");

function tell() {
  if (document.hidden) return;
  document.removeEventListener("visibilitychange", tell);
  const said = new URLSearchParams(new FormData(form));
  said.set("quietly", "1");
  fetch(form.action, { method: "POST", body: said, keepalive: true, credentials: "same-origin" }).catch(() => {});
}

if (form) {
  document.addEventListener("visibilitychange", tell);
  tell();
}

// What is typed into the answer is kept a moment after each pause, for its writer alone, on every device.

const form = document.querySelector("[data-answer]");
const box = form?.querySelector("textarea");
const says = form?.querySelector("[data-kept]");
let kept = box?.value, timer = null, under = null, isSent = false;

const SIGNED_OUT = "Not kept: you were signed out. Copy your text, sign in, and open the ticket again.";
const time = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function given() {
  const data = new URLSearchParams({ body: box.value });
  for (const name of ["csrf_token", "form_key"]) data.set(name, form.elements[name].value);
  return data;
}

// One after the other: of two that travel at the same time the older might arrive last.
async function keep() {
  timer = null;
  if (isSent || box.value === kept) return;
  if (under) {
    await under;
    return later();
  }
  const body = box.value;
  let isOut = false;
  under = fetch(`${form.dataset.answer}/draft`, { method: "POST", body: given(), headers: { Accept: "application/json" }, keepalive: body.length < 30000 });
  try {
    const answer = await under;
    isOut = answer.redirected || [400, 401].includes(answer.status);
    if (!answer.ok || isOut) throw new Error(`${answer.status}`);
    kept = body;
    says.textContent = body.trim() ? `Draft kept ${time()}` : "";
  } catch {
    says.textContent = isOut ? SIGNED_OUT : "Not kept: the helpdesk cannot be reached. It tries again.";
    if (!isOut) later(5000);
  } finally {
    under = null;
  }
}

function later(pause = 700) {
  clearTimeout(timer);
  timer = setTimeout(keep, pause);
}

if (box) {
  form.querySelector("[data-keep]").hidden = true; // it keeps itself
  box.addEventListener("input", () => later());
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  form.addEventListener("submit", () => { isSent = true; clearTimeout(timer); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) isSent = false; });
}

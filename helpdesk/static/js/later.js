// A script that only some visitors need is fetched when somebody gets to its part: <... data-later="address of the script">.

for (const kind of ["focusin", "pointerover", "touchstart", "dragenter"]) {
  document.addEventListener(kind, (event) => {
    const part = event.target.closest?.("[data-later]");
    if (part) import(part.dataset.later); // a browser runs it once, however often it is asked
  }, { passive: true });
}

// The seconds in which an answer can be taken back, counted by the server's clock; then the bar goes away.

for (const bar of document.querySelectorAll("[data-undo]")) {
  const ahead = Date.now() - Date.parse(bar.dataset.now); // how far this computer's clock is ahead
  const left = bar.querySelector("[data-undo-left]");
  const seconds = () => Math.ceil((Date.parse(bar.dataset.undo) + ahead - Date.now()) / 1000);
  const tick = () => {
    if (seconds() <= 0) {
      clearInterval(timer);
      bar.remove();
    } else {
      left.textContent = seconds();
    }
  };
  const timer = setInterval(tick, 250);
  tick();
}

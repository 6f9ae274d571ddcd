// A link to one message (#message-123) works although it is not on the page yet: earlier ones are unfolded until it is.

const talk = document.querySelector("[data-talk]");
const wanted = () => /^#message-\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
let watching = null;

function dig() {
  if (wanted() === false) return stop();
  const found = wanted();
  if (found) {
    found.scrollIntoView();
    return stop();
  }
  const room = [...talk.querySelectorAll("details.earlier")].find((each) => !each.open);
  const [, number] = location.hash.split("-");
  const first = talk.querySelector("[id^=message-]");
  if (!room || !first || Number(number) > Number(first.id.split("-")[1])) return stop();
  room.open = true;
}

function stop() {
  watching?.disconnect();
  watching = null;
}

function begin() {
  if (!talk || wanted() !== null) return;
  watching ??= new MutationObserver(dig);
  watching.observe(talk, { childList: true, subtree: true });
  dig();
}

window.addEventListener("hashchange", begin);
begin();

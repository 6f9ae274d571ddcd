// Enter in a field that belongs to another button than the form's first presses that one: <input data-enter="id of the button">.

document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && !event.isComposing && document.getElementById(event.target.dataset?.enter);
  if (!button) return;
  event.preventDefault();
  button.click();
});

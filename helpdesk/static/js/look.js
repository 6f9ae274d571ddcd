// A press on a photo fetches the viewer (data-viewer is its address) and opens the photo there; most pages are read without.

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-viewer] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const { open } = await import(link.closest("[data-viewer]").dataset.viewer);
    open(link);
  } catch {
    location.assign(link.href); // the photo's own page, as without scripts
  }
});

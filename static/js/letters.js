// Letters: leaving with something typed asks first, and one box ticks a whole page. The pages work without.
"use strict";

(() => {
  const form = document.querySelector("[data-letter-form]");
  if (form) {
    form.addEventListener("input", (event) => { if (event.target.name !== "sample") form.dataset.changed = "yes"; });
    form.addEventListener("click", (event) => { if (event.target.closest(".act")) form.dataset.changed = "yes"; });
    form.addEventListener("submit", () => { delete form.dataset.changed; });
    window.addEventListener("beforeunload", (event) => { if (form.dataset.changed === "yes") event.preventDefault(); });
  }

  function startTicks() {
    const all = document.querySelector("[data-tick-all]");
    if (all) all.closest("[hidden]")?.removeAttribute("hidden");
  }
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick-all]")) return;
    for (const box of event.target.closest("form").querySelectorAll('[name="letters"]')) box.checked = event.target.checked;
  });
  document.addEventListener("htmx:afterSwap", startTicks);
  document.addEventListener("DOMContentLoaded", startTicks);
})();

// What the page of minutes does better with JavaScript: its contents are folded on a phone, and say where one is.
"use strict";

(() => {
  const contents = document.querySelector(".contents");
  if (!contents) return;
  const folded = contents.querySelector("details");
  const narrow = window.matchMedia("(max-width: 60rem)");
  const fold = () => { folded.open = !narrow.matches; };
  fold();
  narrow.addEventListener("change", fold);
  // Chosen on a phone, the contents make room for the text.
  contents.addEventListener("click", (event) => {
    if (narrow.matches && event.target.closest("a")) folded.open = false;
  });

  const links = new Map([...contents.querySelectorAll("ol a")].map((link) => [link.hash.slice(1), link]));
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const link = links.get(entry.target.id);
      if (!link) continue;
      if (!entry.isIntersecting) { link.removeAttribute("aria-current"); continue; }
      link.setAttribute("aria-current", "true");
      if (!narrow.matches) contents.scrollTop = link.offsetTop - contents.clientHeight / 2;
    }
  }, { rootMargin: "-10% 0px -85% 0px" });
  document.querySelectorAll(".minutes-section").forEach((section) => watcher.observe(section));
})();

// What the pages do better with JavaScript; all of it works without. No inline handlers: the security policy forbids them.
"use strict";

(() => {
  const DAY = 24 * 60 * 60 * 1000;
  let openedFrom = null; // the tile or row whose sheet is open: focus comes back to it

  // --- The date slider: shown only here, since it needs a script to speak of days -------------------------------
  function startSlider(root) {
    const slider = root.querySelector("#slider");
    const field = root.querySelector("#le");
    if (!slider || !field || slider.dataset.started) return;
    slider.dataset.started = "yes";
    const since = Date.parse(slider.dataset.since);
    const today = Date.parse(new Date().toISOString().slice(0, 10));
    const output = root.querySelector("#slider-day");
    const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
    slider.min = "0";
    slider.max = String(Math.round((today - since) / DAY));
    slider.value = String(Math.round((Date.parse(field.value) - since) / DAY));
    slider.closest(".slider").hidden = false;
    const say = () => {
      const day = new Date(since + Number(slider.value) * DAY);
      output.textContent = words.format(day);
      slider.setAttribute("aria-valuetext", output.textContent);
      field.value = day.toISOString().slice(0, 10);
    };
    slider.addEventListener("input", say);
    slider.setAttribute("aria-valuetext", output.textContent);
  }

  // --- The status sheet: `e` opens it, Escape closes it, focus comes back --------------------------------------------
  function closeSheet(sheet) {
    const slot = sheet.closest(".sheet-slot");
    if (!slot) return false;
    const typed = sheet.dataset.changed === "yes";
    if (typed && !window.confirm(sheet.dataset.confirmClose)) return true;
    slot.replaceChildren();
    focusOpener();
    return true;
  }

  function focusOpener() {
    if (!openedFrom) return;
    const place = document.getElementById(openedFrom);
    const link = place && (place.querySelector(".assess-link") || place.querySelector("a"));
    if (link) link.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      const sheet = event.target.closest("[data-sheet]") || document.querySelector(".sheet-slot [data-sheet]");
      if (sheet && closeSheet(sheet)) event.preventDefault();
      return;
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "e" && !typing) {
      const place = event.target.closest("[data-measure]") || document.querySelector("main:not(:has([data-measure]))");
      const link = place && place.querySelector('[data-shortcut="e"]');
      if (link) { event.preventDefault(); link.click(); }
    }
  });

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close-sheet]");
    if (close && closeSheet(close.closest("[data-sheet]"))) event.preventDefault();
    const opener = event.target.closest(".assess-link");
    if (opener) {
      const place = opener.closest("[id]");
      openedFrom = place ? place.id : null;
      // One sheet at a time: two open forms would be two half-written changes.
      document.querySelectorAll(".sheet-slot [data-sheet]").forEach((sheet) => {
        if (sheet.dataset.changed !== "yes") sheet.closest(".sheet-slot").replaceChildren();
      });
    }
  });

  document.addEventListener("input", (event) => {
    const sheet = event.target.closest("[data-sheet]");
    if (sheet) sheet.dataset.changed = "yes";
  });

  // Leaving with something typed asks first.
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector('[data-sheet][data-changed="yes"]')) event.preventDefault();
  });
  document.addEventListener("submit", (event) => { delete event.target.dataset.changed; });
  document.addEventListener("htmx:configRequest", (event) => {
    const sheet = event.target.closest ? event.target.closest("[data-sheet]") : null;
    if (sheet) delete sheet.dataset.changed;
  });

  // --- After htmx replaced something ---------------------------------------------------------------------------------------
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    startSlider(document);
    const sheet = target.matches("[data-sheet]") ? target : document.querySelector(".sheet-slot [data-sheet], main > [data-sheet]");
    if (target.classList.contains("sheet-slot") && sheet) {
      const first = sheet.querySelector('input[type="radio"]:checked, input[type="radio"], input:not([type="hidden"])');
      if (first) first.focus();
      sheet.scrollIntoView({ block: "nearest" });
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const sheet = document.querySelector("[data-sheet]");
    const alert = sheet && sheet.querySelector('[role="alert"]');
    if (alert) {
      const wrong = sheet.querySelector('[aria-invalid="true"]');
      (wrong || sheet.querySelector("h2")).focus();
      sheet.dataset.changed = "yes";
    }
    if (event.detail.target && event.detail.target.id === "main" && openedFrom) focusOpener();
  });

  // A source that was put into the library from a sheet goes into the first empty row of that sheet.
  document.addEventListener("cited", (event) => {
    // The button that asked for it is gone: only one sheet is open at a time.
    const sheet = event.target.closest("[data-sheet]") || document.querySelector("[data-sheet]");
    if (!sheet) return;
    const rows = [...sheet.querySelectorAll(".source-row input[list]")];
    if (rows.some((row) => row.value === event.detail.short)) return;
    const free = rows.find((row) => !row.value);
    if (!free) return;
    free.value = event.detail.short;
    sheet.dataset.changed = "yes";
  });

  document.addEventListener("DOMContentLoaded", () => startSlider(document));
})();

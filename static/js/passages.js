// Words chosen on a page are taken along to the form that remarks on them. Without JavaScript they are copied by hand.
"use strict";

(() => {
  const LONGEST = 1500;
  let bar = null;

  // The place that the words stand in: a section of minutes, or a part of a paper, with its own links.
  function placeOf(node) {
    const element = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
    return element ? element.closest("[data-passages], .minutes-section") : null;
  }

  // What was chosen, without the calls of notes, which are not in the text.
  function wordsOf(range) {
    const chosen = range.cloneContents();
    chosen.querySelectorAll(".note-call, .para, .new-mark, .promised-here, .visually-hidden").forEach((one) => one.remove());
    return chosen.textContent.replace(/\s+/g, " ").trim();
  }

  function hide() {
    if (bar) bar.hidden = true;
  }

  function makeBar() {
    bar = document.createElement("div");
    bar.className = "passage-bar";
    bar.setAttribute("role", "toolbar");
    document.body.append(bar);
    // A press on the bar must not undo the choice.
    bar.addEventListener("mousedown", (event) => event.preventDefault());
  }

  function show(links, words) {
    if (!bar) makeBar();
    const quote = document.createElement("span");
    quote.className = "passage-words";
    quote.textContent = words.length > 60 ? `« ${words.slice(0, 60)}… »` : `« ${words} »`;
    bar.replaceChildren(quote);
    for (const link of links) {
      const copy = document.createElement("a");
      const address = new URL(link.href);
      address.searchParams.set("passage", words);
      copy.href = address.href;
      copy.textContent = link.firstChild.textContent.trim();
      bar.append(copy);
    }
    bar.hidden = false;
  }

  function look() {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) { hide(); return; }
    const range = selection.getRangeAt(0);
    const place = placeOf(range.startContainer);
    if (!place || place !== placeOf(range.endContainer)) { hide(); return; }
    const around = range.commonAncestorContainer;
    const element = around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement;
    if (element.closest(".remarks, .section-tools, .tags")) { hide(); return; }
    const links = place.querySelectorAll(".section-tools a");
    const words = wordsOf(range);
    if (!links.length || !words || words.length > LONGEST) { hide(); return; }
    show(links, words);
  }

  let waiting = 0;
  document.addEventListener("selectionchange", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(look, 200);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
})();

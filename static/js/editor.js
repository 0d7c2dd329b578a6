// The editor of minutes: saves by itself, shows the preview, completes “@22”. The page works without it.
"use strict";

(() => {
  const form = document.querySelector("form[data-editor]");
  if (!form) return;
  const SAVE_DELAY = 1500;
  const PREVIEW_DELAY = 500;
  const COMPLETE_DELAY = 150;
  const LONGEST_RETRY = 30000;
  // What a browser still sends while the page is being closed.
  const KEEPALIVE_LIMIT = 60000;
  const said = form.dataset;
  const text = form.elements.text;
  const version = form.elements.version;
  const typedFields = [form.elements.number, form.elements.heading, text];
  const state = document.getElementById("save-state");
  const typing = document.getElementById("save-typing");
  const conflictBox = document.getElementById("conflict");
  const preview = document.getElementById("preview");
  const list = document.getElementById("completions");
  const key = `vigie-section-${said.section}`;

  let ties = { measures: [], institutions: [] }; // ticked from the text, and not yet acknowledged
  let acknowledged = typed();
  let inFlight = null;
  let saveTimer = 0;
  let failures = 0;
  let conflict = null;
  // A page that came back with something to correct saves nothing by itself: it would decide for the person.
  const isPaused = "unsaved" in said;
  let choicesChanged = isPaused;
  let isLeaving = false;

  function typed() {
    const [number, heading] = typedFields;
    return { number: number.value, heading: heading.value, text: text.value };
  }

  function same(one, other) {
    return ["number", "heading", "text"].every((name) => one[name] === other[name]);
  }

  function isTooLong() {
    return text.value.length > Number(said.limit);
  }

  function isDirty() {
    return !same(typed(), acknowledged) || ties.measures.length > 0 || ties.institutions.length > 0;
  }

  // Said once: a reader of the screen is not interrupted by what has not changed.
  function say(words) {
    if (state.textContent !== words) state.textContent = words;
    typing.hidden = !isDirty() && !choicesChanged;
  }

  // --- What is not acknowledged stays in this tab -----------------------------------------------------------------
  function keep() {
    // With the words that they were typed over: only from there can be told what somebody else has changed.
    const base = isPaused ? {} : acknowledged;
    const kept = { ...typed(), ties, base, version: isPaused ? 1 : Number(version.value) };
    try { sessionStorage.setItem(key, JSON.stringify(kept)); } catch { /* full, or forbidden: the page still holds it */ }
  }

  function forget() {
    try { sessionStorage.removeItem(key); } catch { /* as above */ }
  }

  function restore() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(key)); } catch { /* nothing to take up */ }
    if (!kept) return;
    const ticked = kept.ties || { measures: [], institutions: [] };
    const isTicked = ["measures", "institutions"].every((name) => ticked[name].every((pk) => box(name, pk)?.checked));
    if (same(kept, typed()) && isTicked) { if (!isPaused) forget(); return; }
    if (isPaused) return;
    [typedFields[0].value, typedFields[1].value, text.value] = [kept.number, kept.heading, kept.text];
    version.value = kept.version;
    acknowledged = kept.base;
    for (const name of ["measures", "institutions"]) for (const pk of ticked[name]) tick(name, pk);
    say(said.saidRestored);
    showPreview();
    schedule(0);
  }

  // --- Saving -----------------------------------------------------------------------------------------------------
  function schedule(delay = SAVE_DELAY) {
    window.clearTimeout(saveTimer);
    saveTimer = window.setTimeout(save, delay);
  }

  function retry(words) {
    failures += 1;
    say(words);
    schedule(Math.min(LONGEST_RETRY, SAVE_DELAY * 2 ** failures));
  }

  function token() {
    // The cookie, not the page: whoever logged in again in another tab has a new one.
    const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
    return cookie ? cookie.slice("csrftoken=".length) : form.elements.csrfmiddlewaretoken.value;
  }

  function post(address, data, options = {}) {
    const body = new URLSearchParams(data);
    return fetch(address, {
      method: "POST", body, redirect: "manual", credentials: "same-origin",
      headers: { "X-CSRFToken": token() }, ...options,
    });
  }

  async function save({ isClosing = false } = {}) {
    window.clearTimeout(saveTimer);
    if (inFlight || conflict || isPaused || isLeaving || !isDirty()) return;
    const sent = typed();
    const sentTies = ties;
    if (isTooLong()) { say(said.saidLong); return; }
    const data = [...Object.entries(sent), ["version", version.value]];
    for (const name of ["measures", "institutions"]) for (const pk of sentTies[name]) data.push([name, pk]);
    inFlight = send(data, isClosing && sent.text.length < KEEPALIVE_LIMIT / 3);
    const answer = await inFlight;
    inFlight = null;
    if (answer === null) retry(said.saidOffline);
    else acknowledge(answer, sent, sentTies);
  }

  async function send(data, keepalive) {
    try {
      const response = await post(said.autosave, data, { keepalive });
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      return { status: response.status, type: response.type, body: isJson ? await response.json() : {} };
    } catch {
      return null;
    }
  }

  function acknowledge({ status, type, body }, sent, sentTies) {
    if (status === 200) {
      failures = 0;
      acknowledged = sent;
      version.value = body.version;
      ties = {
        measures: ties.measures.filter((pk) => !sentTies.measures.includes(pk)),
        institutions: ties.institutions.filter((pk) => !sentTies.institutions.includes(pk)),
      };
      if (isDirty()) { keep(); schedule(); } else forget();
      say(body.message);
    } else if (status === 409) {
      // The words are those that we know: only something else of the section was changed.
      if (same(body, acknowledged)) { version.value = body.version; save(); } else showConflict(body);
    } else if (type === "opaqueredirect") {
      retry(said.saidExpired);
    } else if (status === 403) {
      retry(said.saidForbidden);
    } else if (status === 404) {
      say(said.saidGone);
    } else if (status === 422 && body.message) {
      say(body.message);
    } else if (status === 400 || status === 413) {
      say(said.saidLong);
    } else {
      retry(said.saidOffline);
    }
  }

  function showConflict(body) {
    conflict = body;
    conflictBox.querySelector("[data-conflict-message]").textContent = body.message;
    // The server's own differences, escaped there.
    conflictBox.querySelector("[data-conflict-differences]").innerHTML = body.differences;
    conflictBox.hidden = false;
    say("");
  }

  function settle(takeTheirs) {
    const theirs = conflict;
    conflict = null;
    conflictBox.hidden = true;
    version.value = theirs.version;
    acknowledged = { number: theirs.number, heading: theirs.heading, text: theirs.text };
    if (takeTheirs) {
      [typedFields[0].value, typedFields[1].value] = [theirs.number, theirs.heading];
      replace(0, text.value.length, theirs.text);
    }
    text.focus();
    if (isDirty()) { keep(); save(); } else { forget(); say(""); }
  }

  form.addEventListener("input", (event) => {
    if (typedFields.includes(event.target)) {
      keep();
      schedule(conflict ? LONGEST_RETRY : SAVE_DELAY);
    } else choicesChanged = true;
    typing.hidden = false;
    // At once: said when the text is left, it would move the button that is being pressed.
    if (isTooLong()) say(said.saidLong);
    if (event.target === text) { schedulePreview(); scheduleCompletion(); }
  });
  typedFields.forEach((field) => field.addEventListener("blur", () => save()));
  window.addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ isClosing: true });
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && (isDirty() || choicesChanged)) event.preventDefault();
  });
  form.addEventListener("submit", async (event) => {
    window.clearTimeout(saveTimer);
    if (isTooLong()) {
      // A server closes the door on a whole book before it has read it: the text would be lost with the page.
      event.preventDefault();
      say(said.saidLong);
      text.focus();
      return;
    }
    if (inFlight) {
      // What is being saved raises the version: the form must say the new one.
      event.preventDefault();
      const { submitter } = event;
      await inFlight;
      await Promise.resolve();
      form.requestSubmit(submitter);
      return;
    }
    keep();
    isLeaving = true;
  });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  form.addEventListener("keydown", (event) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
  conflictBox.querySelector("[data-keep-mine]").addEventListener("click", () => settle(false));
  conflictBox.querySelector("[data-take-theirs]").addEventListener("click", () => settle(true));

  // --- Text put in for the person: one step of undoing ---------------------------------------------------------------
  function replace(start, end, words) {
    text.focus();
    text.setSelectionRange(start, end);
    const isDone = words ? document.execCommand("insertText", false, words) : document.execCommand("delete");
    if (isDone) return;
    text.setRangeText(words, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function insert(kind) {
    const { selectionStart: start, selectionEnd: end, value } = text;
    const selected = value.slice(start, end);
    if (kind === "table") {
      const head = `| ${said.saidTable} 1 | ${said.saidTable} 2 |\n| --- | --- |\n`;
      const gap = value.slice(0, start).replace(/ +$/, "");
      const before = gap === "" || gap.endsWith("\n\n") ? "" : gap.endsWith("\n") ? "\n" : "\n\n";
      const after = value[end] === undefined || value[end] === "\n" ? "" : "\n";
      replace(start, end, `${before}${head}| ${selected || said.saidCell} | ${said.saidCell} |\n${after}`);
      const first = start + before.length + 2;
      text.setSelectionRange(first, first + said.saidTable.length + 2);
    } else if (kind === "citation") {
      replace(end, end, `[@${said.saidKey}]`);
      text.setSelectionRange(end + 2, end + 2 + said.saidKey.length);
    } else {
      replace(start, end, `^[${selected || said.saidCell}]`);
      if (!selected) text.setSelectionRange(start + 2, start + 2 + said.saidCell.length);
    }
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button) insert(button.dataset.insert);
  });

  // --- Measures and institutions that the section is about -------------------------------------------------------------
  function box(name, pk) {
    return form.querySelector(`input[name="${name}"][value="${CSS.escape(String(pk))}"]`);
  }

  function tick(name, pk) {
    const found = box(name, pk);
    if (!found || found.checked) return;
    found.checked = true;
    ties = { ...ties, [name]: [...ties[name], String(pk)] };
  }

  // --- Preview -------------------------------------------------------------------------------------------------------------
  let previewTimer = 0;
  let previewing = null;

  function schedulePreview() {
    window.clearTimeout(previewTimer);
    previewTimer = window.setTimeout(showPreview, PREVIEW_DELAY);
  }

  async function showPreview() {
    if (previewing) previewing.abort();
    previewing = new AbortController();
    try {
      const response = await post(said.preview, { text: text.value }, { signal: previewing.signal });
      // The server's own rendering, cleaned there: the same as on the page of the minutes.
      if (response.status === 200 || response.status === 422) preview.innerHTML = await response.text();
    } catch { /* a later one replaced it, or the site is away: saving says so */ }
  }

  preview.addEventListener("click", (event) => {
    const button = event.target.closest("[data-link]");
    if (!button) return;
    const { words, linked, measures } = button.dataset;
    let start = Number(button.dataset.start);
    if (text.value.slice(start, start + words.length) !== words) start = text.value.indexOf(words);
    if (start < 0) return;
    measures.split(" ").forEach((pk) => tick("measures", pk));
    replace(start, start + words.length, linked);
    keep();
    showPreview();
  });

  // --- Completion: a list under the caret, of which the focus never leaves the text ----------------------------------------
  const ASKED = /(?:^|[^\p{L}\p{N}_@[/])@(\d{1,4}(?: [a-z]{1,6})?|[\p{L}\p{N}][\p{L}\p{N}’'.-]{1,40})$/u;
  const completionSaid = document.getElementById("completion-said");
  let completeTimer = 0;
  let completing = null;
  let rows = [];
  let active = 0;

  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-haspopup", "listbox");
  text.setAttribute("aria-controls", "completions");

  function asked() {
    if (text.selectionStart !== text.selectionEnd) return null;
    const found = ASKED.exec(text.value.slice(Math.max(0, text.selectionStart - 60), text.selectionStart));
    return found ? found[1] : null;
  }

  function scheduleCompletion() {
    window.clearTimeout(completeTimer);
    if (asked() === null) { closeList(); return; }
    completeTimer = window.setTimeout(complete, COMPLETE_DELAY);
  }

  async function complete() {
    const words = asked();
    if (words === null) return;
    if (completing) completing.abort();
    completing = new AbortController();
    try {
      const address = `${said.complete}?${new URLSearchParams({ q: words })}`;
      const response = await fetch(address, { signal: completing.signal, redirect: "manual" });
      if (response.status !== 200) return;
      const answer = await response.json();
      if (asked() === words) showList(answer);
    } catch { /* as for the preview */ }
  }

  function showList(answer) {
    rows = answer.rows;
    completionSaid.textContent = answer.said;
    if (rows.length === 0) { closeList(); return; }
    list.replaceChildren(...rows.map((row, place) => {
      const option = document.createElement("li");
      option.id = `completion-${place}`;
      option.setAttribute("role", "option");
      option.textContent = row.words;
      return option;
    }));
    list.hidden = false;
    placeList();
    choose(0);
  }

  function choose(place) {
    active = (place + rows.length) % rows.length;
    [...list.children].forEach((option, other) => option.setAttribute("aria-selected", String(other === active)));
    text.setAttribute("aria-activedescendant", `completion-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function closeList() {
    list.hidden = true;
    rows = [];
    text.removeAttribute("aria-activedescendant");
  }

  function take(place) {
    const row = rows[place];
    const words = asked();
    closeList();
    if (!row || words === null) return;
    tick(row.kind === "measure" ? "measures" : "institutions", row.pk);
    const end = text.selectionStart;
    replace(end - words.length - 1, end, row.link);
    closeList();
    keep();
  }

  // Where the caret is: a copy of the text up to there, laid out as the field lays it out.
  function placeList() {
    const copy = document.createElement("div");
    const look = window.getComputedStyle(text);
    for (const name of ["fontFamily", "fontSize", "lineHeight", "letterSpacing", "paddingLeft", "paddingRight", "paddingTop", "borderTopWidth", "borderLeftWidth"]) {
      copy.style[name] = look[name];
    }
    Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", width: `${text.clientWidth}px` });
    copy.textContent = text.value.slice(0, text.selectionStart);
    const caret = document.createElement("span");
    caret.textContent = "​";
    copy.append(caret);
    text.parentElement.append(copy);
    const line = Number.parseFloat(look.lineHeight) || 24;
    const top = text.offsetTop + caret.offsetTop - text.scrollTop + line;
    const left = text.offsetLeft + caret.offsetLeft;
    copy.remove();
    list.style.top = `${Math.min(top, text.offsetTop + text.offsetHeight)}px`;
    list.style.left = `${Math.max(0, Math.min(left, text.offsetLeft + text.offsetWidth - list.offsetWidth))}px`;
  }

  text.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const moves = { ArrowDown: active + 1, ArrowUp: active - 1 };
    if (event.key in moves) choose(moves[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") take(active);
    else if (event.key === "Escape") closeList();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take([...list.children].indexOf(option));
  });
  text.addEventListener("blur", closeList);
  text.addEventListener("click", () => { if (asked() === null) closeList(); });

  restore();
  if (isPaused) { keep(); typing.hidden = false; }
  form.dataset.started = "yes";
})();

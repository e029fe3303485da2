// Taps at the pick-up: shown at once, kept on this phone until the server has them, sent in the order they were made.
(function () {
  "use strict";
  const list = document.getElementById("eve");
  if (!list) return;
  const words = list.dataset;
  const network = document.getElementById("network");
  const QUIET = 4000; // milliseconds without a finger before rows move
  const AGAIN = 15000;
  const PATIENCE = 20000;
  // What counts is the server's time: phones are often wrong by minutes.
  const ahead = Number(words.now) - Date.now();
  let unsaved = null; // the taps themselves, where the browser keeps nothing
  let mustSignIn = false;
  let sending = false;
  let quietTimer = 0;

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_whole, name) { return values[name]; });
  }

  // --- what is kept until it is sent ---

  function kept() {
    if (unsaved) return unsaved;
    try {
      return JSON.parse(localStorage.getItem(words.kept) || "[]");
    } catch {
      return [];
    }
  }

  function keep(taps) {
    if (!unsaved) {
      try {
        localStorage.setItem(words.kept, JSON.stringify(taps));
        return;
      } catch {
        // storage is closed or full
      }
    }
    unsaved = taps;
  }

  // randomUUID is missing on pages without https.
  function newWish() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
  }

  // --- what is shown ---

  function tell() {
    const n = kept().length;
    const parts = [];
    if (!navigator.onLine) parts.push(words.offline);
    if (n && mustSignIn) parts.push(filled(words.signIn, { n: n }));
    else if (n) parts.push(filled(words.toSend, { n: n }));
    else if (navigator.onLine) parts.push(words.stored);
    if (n && unsaved) parts.push(words.unsaved);
    network.textContent = parts.join(" ");
    network.classList.toggle("network-waits", n > 0 || !navigator.onLine);
    network.hidden = false;
  }

  function refuse(tap, said) {
    const refused = document.getElementById("refused");
    const line = document.createElement("li");
    line.textContent = said || filled(words.refused, { name: tap.name });
    refused.append(line);
    refused.hidden = false;
  }

  function count(section) {
    const all = section.querySelectorAll(".leaver").length;
    const here = section.querySelectorAll(".leaver.is-here").length;
    section.querySelector("[data-count]").textContent = filled(words.counted, { here: here, all: all, missing: all - here });
    section.querySelector("[data-here-count]").textContent = here;
  }

  function show(form, isHere) {
    const row = form.closest(".leaver");
    const button = form.querySelector("button");
    row.classList.toggle("is-here", isHere);
    button.value = isHere ? "0" : "1";
    button.textContent = isHere ? form.dataset.takeBack : form.dataset.mark;
    button.classList.toggle("btn-primary", !isHere);
    count(row.closest(".pick-up"));
  }

  function formOf(tap) {
    return Array.from(list.querySelectorAll("form[data-tap]")).find(function (form) {
      return form.registration.value === tap.registration && form.trip.value === tap.trip;
    });
  }

  // Rows move only while no finger is about: who taps twice must not meet the next person.
  function settle() {
    for (const section of list.querySelectorAll(".pick-up")) {
      const here = section.querySelector("[data-here]");
      const missing = section.querySelector("[data-missing]");
      for (const row of section.querySelectorAll(".leaver")) {
        const its = row.classList.contains("is-here") ? here : missing;
        if (row.parentNode === its) continue;
        const next = Array.from(its.children).find(function (other) { return other.dataset.order > row.dataset.order; });
        its.insertBefore(row, next || null);
      }
      section.querySelector("details.gathered").hidden = !here.children.length;
    }
  }

  function waitForQuiet() {
    clearTimeout(quietTimer);
    quietTimer = setTimeout(settle, QUIET);
  }

  function lasting(minutes) {
    const hours = Math.floor(minutes / 60);
    if (hours < 1) return filled(words.minutes, { m: minutes });
    if (hours < 24) return filled(words.hours, { h: hours, m: minutes % 60 });
    return filled(words.days, { d: Math.floor(hours / 24), h: hours % 24 });
  }

  function tellTime() {
    for (const section of list.querySelectorAll(".pick-up[data-at]")) {
      const place = section.querySelector("[data-left-in]");
      if (!place) continue;
      const left = Number(section.dataset.at) * 1000 - (Date.now() + ahead);
      if (left < -86400000) continue;
      const minutes = Math.max(1, Math.floor(Math.abs(left) / 60000));
      place.textContent = filled(left >= 0 ? words.leaves : words.left, { time: lasting(minutes) });
    }
  }

  // --- sending ---

  // Whether the tap is off this phone: stored, or refused for good. Whatever else happened, it is sent again later.
  async function deliver(tap) {
    const body = new URLSearchParams({
      wish: tap.wish, registration: tap.registration, trip: tap.trip, gathered: tap.gathered, at: tap.at,
      csrfmiddlewaretoken: words.token,
    });
    let answer;
    try {
      answer = await fetch(words.action, {
        method: "POST", body: body, headers: { Accept: "application/json" }, redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return false;
    }
    mustSignIn = answer.type === "opaqueredirect" || answer.status === 403;
    if (answer.ok) return true;
    if (answer.status !== 404 && answer.status !== 422) return false;
    refuse(tap, answer.status === 422 ? (await answer.json()).said : "");
    const its = formOf(tap);
    if (its) show(its, tap.gathered !== "1");
    return true;
  }

  async function send() {
    if (sending) return;
    sending = true;
    try {
      for (let tap = kept()[0]; tap; tap = kept()[0]) {
        if (!(await deliver(tap))) break;
        keep(kept().filter(function (other) { return other.wish !== tap.wish; }));
        tell();
      }
    } finally {
      sending = false;
      tell();
    }
  }

  list.addEventListener("submit", function (event) {
    const form = event.target.closest("form[data-tap]");
    if (!form) return;
    event.preventDefault();
    const isHere = form.querySelector("button").value === "1";
    keep(kept().concat({
      wish: newWish(), registration: form.registration.value, trip: form.trip.value, gathered: isHere ? "1" : "0",
      at: String(Date.now() + ahead), name: form.dataset.name,
    }));
    show(form, isHere);
    waitForQuiet();
    tell();
    send();
  });

  for (const touched of ["pointerdown", "scroll"]) {
    document.addEventListener(touched, waitForQuiet, { passive: true });
  }
  window.addEventListener("online", send);
  window.addEventListener("offline", tell);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) send(); });
  setInterval(function () {
    tellTime();
    if (kept().length) send();
  }, AGAIN);

  for (const tap of kept()) {
    const form = formOf(tap);
    if (form) show(form, tap.gathered === "1");
  }
  settle();
  tellTime();
  tell();
  send();
})();

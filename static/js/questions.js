// The worklist by keyboard: 1 2 3 that person, 0 nobody of these, s skip, u undo. A key that comes while an answer is under
// way is let go: what it would decide has not been seen yet.
(function () {
  "use strict";
  let busy = false;

  // What is shown takes keys from now on: for whoever drives the page by a program.
  function ready(is) {
    const question = document.querySelector("#question");
    if (question && is) question.dataset.keys = "ready";
    else if (question) delete question.dataset.keys;
  }

  function mine(event) {
    return event.detail && event.detail.target && event.detail.target.id === "question";
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    const pressed = document.querySelector('#question [data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (!pressed) return;
    event.preventDefault();
    if (!busy) pressed.click();
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (!mine(event)) return;
    busy = true;
    ready(false);
  });
  document.addEventListener("htmx:afterSettle", function () {
    const head = document.querySelector("#question h1");
    if (busy && head) head.focus({ preventScroll: true });
    busy = false;
    ready(true);
  });
  for (const failed of ["htmx:responseError", "htmx:sendError", "htmx:swapError", "htmx:timeout"]) {
    document.addEventListener(failed, function () { busy = false; ready(true); });
  }
  ready(true);
})();

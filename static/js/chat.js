// "Copy for the chat group": fetches a list as messages and puts them, one by one, where they can be pasted.
(function () {
  "use strict";
  function filled(words, values) {
    return words.replace(/\{(\w+)\}/g, function (_whole, name) { return values[name]; });
  }

  function place(link) {
    const after = link.closest(".actions") || link;
    let box = after.nextElementSibling;
    if (!box || !box.matches(".messages")) {
      box = document.createElement("div");
      box.className = "messages";
      after.after(box);
    }
    box.replaceChildren();
    return box;
  }

  function say(box, words) {
    let line = box.querySelector("p");
    if (!line) {
      line = document.createElement("p");
      line.setAttribute("role", "status");
      box.prepend(line);
    }
    line.textContent = words;
  }

  // Pages without https have no clipboard of their own; the old way works there in most browsers.
  function copySelected(box, text) {
    let area = box.querySelector("textarea");
    if (!area) {
      area = document.createElement("textarea");
      area.readOnly = true;
      box.append(area);
    }
    area.value = text;
    area.focus();
    area.setSelectionRange(0, text.length);
    try {
      return document.execCommand("copy");
    } catch {
      return false;
    }
  }

  async function copy(link, box, message, button) {
    let done = false;
    try {
      await navigator.clipboard.writeText(message.text);
      done = true;
    } catch {
      done = copySelected(box, message.text);
    }
    say(box, done ? message.copied : link.dataset.hold);
    if (done) button.classList.add("is-copied");
  }

  function offer(link, box, messages) {
    const buttons = messages.map(function (message, place) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn";
      const values = { n: place + 1, m: messages.length, people: message.people };
      button.textContent = messages.length > 1 ? filled(link.dataset.copy, values) : link.dataset.again;
      button.addEventListener("click", function () { copy(link, box, message, button); });
      box.append(button);
      return button;
    });
    copy(link, box, messages[0], buttons[0]);
  }

  document.addEventListener("click", async function (event) {
    const link = event.target.closest("a[data-chat]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const box = place(link);
    try {
      const answer = await fetch(link.href, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      offer(link, box, (await answer.json()).messages);
    } catch {
      say(box, link.dataset.failed);
    }
  });
})();

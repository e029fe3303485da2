// The map of a trip's seats: one stop of the tab key, arrows walk, a bubble says who sits there, a phone shows a coach.
(function () {
  "use strict";
  const map = document.querySelector("[data-seats]");
  if (!map) return;
  const bubble = map.querySelector(".seat-card");
  const coaches = [...map.querySelectorAll(".coach")];
  const spots = [...map.querySelectorAll(".coach .spot")];
  if (!spots.length) return;
  let stop = map.querySelector(".coach .spot.chosen") || spots[0];
  stop.tabIndex = 0;

  function coachOf(spot) {
    return spot.closest(".coach");
  }

  function showCoach(coach) {
    for (const other of coaches) other.classList.toggle("current", other === coach);
    for (const link of map.querySelectorAll("[data-coach]")) {
      if (link.getAttribute("href") === "#" + coach.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  function stopAt(spot) {
    stop.tabIndex = -1;
    spot.tabIndex = 0;
    stop = spot;
  }

  function walkTo(spot) {
    if (!spot) return;
    showCoach(coachOf(spot));
    spot.focus();
  }

  const middle = (spot) => {
    const box = spot.getBoundingClientRect();
    return box.left + box.width / 2;
  };

  const inRow = (row) => [...row.querySelectorAll(".spot")];

  // The seat of a row that lies nearest to where one comes from: rows are not all equally long.
  function nearest(row, x) {
    return inRow(row).reduce((best, spot) => (Math.abs(middle(spot) - x) < Math.abs(middle(best) - x) ? spot : best));
  }

  function rowsOf(coach) {
    return [...coach.querySelectorAll("[role=row]")];
  }

  function upOrDown(spot, step) {
    const coach = coachOf(spot);
    const rows = rowsOf(coach);
    const x = middle(spot) - coach.getBoundingClientRect().left;
    const row = rows[rows.indexOf(spot.closest("[role=row]")) + step];
    if (row) return nearest(row, x + coach.getBoundingClientRect().left);
    const next = coaches[coaches.indexOf(coach) + step];
    if (!next) return null;
    showCoach(next); // a coach that is not shown has no places to measure
    const others = rowsOf(next);
    return nearest(step > 0 ? others[0] : others[others.length - 1], x + next.getBoundingClientRect().left);
  }

  function coachBeside(spot, step) {
    const coach = coaches[coaches.indexOf(coachOf(spot)) + step];
    return coach && coach.querySelector(".spot");
  }

  function target(spot, event) {
    const row = inRow(spot.closest("[role=row]"));
    const whole = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case "ArrowLeft": return row[row.indexOf(spot) - 1];
      case "ArrowRight": return row[row.indexOf(spot) + 1];
      case "ArrowUp": return upOrDown(spot, -1);
      case "ArrowDown": return upOrDown(spot, 1);
      case "PageUp": return coachBeside(spot, -1);
      case "PageDown": return coachBeside(spot, 1);
      case "Home": return whole ? spots[0] : row[0];
      case "End": return whole ? spots[spots.length - 1] : row[row.length - 1];
      default: return undefined;
    }
  }

  function hideBubble() {
    bubble.hidden = true;
    for (const spot of map.querySelectorAll(".same")) spot.classList.remove("same");
  }

  function say(spot) {
    hideBubble();
    bubble.textContent = spot.getAttribute("aria-label");
    bubble.hidden = false;
    const around = map.getBoundingClientRect();
    const box = spot.getBoundingClientRect();
    const left = box.left - around.left + box.width / 2 - bubble.offsetWidth / 2;
    bubble.style.left = Math.max(4, Math.min(left, around.width - bubble.offsetWidth - 4)) + "px";
    bubble.style.top = box.top - around.top - bubble.offsetHeight - 8 + "px";
    if (!spot.dataset.group) return;
    for (const other of spots) other.classList.toggle("same", other.dataset.group === spot.dataset.group);
  }

  map.addEventListener("keydown", function (event) {
    const spot = event.target.closest(".coach .spot");
    if (!spot || event.altKey) return;
    const next = target(spot, event);
    if (next === undefined && !/^(Arrow|Page|Home|End)/.test(event.key)) {
      if (event.key === "Escape") hideBubble();
      return;
    }
    event.preventDefault();
    walkTo(next);
  });

  map.addEventListener("focusin", function (event) {
    const spot = event.target.closest(".coach .spot");
    if (!spot) return;
    stopAt(spot);
    say(spot);
  });
  map.addEventListener("focusout", hideBubble);
  map.addEventListener("mouseover", function (event) {
    const spot = event.target.closest(".coach .spot");
    if (spot) say(spot);
  });
  map.addEventListener("mouseleave", hideBubble);

  map.addEventListener("click", function (event) {
    const link = event.target.closest("[data-coach]");
    const coach = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!coach) return;
    event.preventDefault();
    showCoach(coach);
    stopAt(coach.querySelector(".spot"));
    // On a phone the coach takes the place of the last one, right below the list.
    if (window.matchMedia("(min-width: 901px)").matches) coach.scrollIntoView({ block: "start" });
  });

  if (stop.classList.contains("chosen")) stop.scrollIntoView({ block: "center" });
})();

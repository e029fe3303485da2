// Small things that a page does by itself: the key /, the drawer beside a list, menus that close.
(function () {
  "use strict";
  const drawer = document.getElementById("drawer");
  let opener = null;

  function closeDrawer() {
    if (!drawer || !drawer.firstChild) return;
    drawer.replaceChildren();
    if (opener) opener.focus();
    opener = null;
  }

  function typing(target) {
    return target.matches("input, textarea, select, [contenteditable]");
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") closeDrawer();
    const search = document.getElementById("search");
    if (event.key === "/" && search && !typing(event.target) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  document.addEventListener("click", function (event) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (event.target.closest("[data-drawer-close]")) {
      closeDrawer();
      return;
    }
    const link = event.target.closest("a[data-drawer]");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (!link || !plain || !drawer || !window.htmx) return;
    event.preventDefault();
    opener = drawer.contains(link) ? opener : link;
    window.htmx.ajax("GET", link.getAttribute("href"), { target: "#drawer", swap: "innerHTML" }).then(function () {
      drawer.scrollTop = 0;
      const close = drawer.querySelector("[data-drawer-close]");
      if (close) close.focus();
    });
  });

  // A part that could not be renewed says so, and the page goes on.
  document.body.addEventListener("htmx:responseError", function (event) {
    if (event.detail.xhr.status === 403 || event.detail.xhr.status === 404) window.location.reload();
  });
})();

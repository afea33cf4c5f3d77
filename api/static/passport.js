// Shows each moment in the reader's own zone; without this file the page shows UTC and says so.
(function () {
  "use strict";
  var short = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hour12: false };
  // English pages write 24 hours, as everywhere here.
  var language = document.documentElement.lang === "de" ? "de" : "en-GB";
  var words = { "de": { selected: " gewählt", copy: "Kopieren", copied: "Kopiert" } }[language] ||
    { selected: " selected", copy: "Copy", copied: "Copied" };
  function localise(root) {
    root.querySelectorAll("time[data-moment]").forEach(function (element) {
      var moment = new Date(element.getAttribute("datetime"));
      if (isNaN(moment)) { return; }
      element.textContent = new Intl.DateTimeFormat(language, short).format(moment).replace(",", "");
      element.title = element.getAttribute("datetime");
      element.removeAttribute("data-moment");
    });
  }
  function count(form) {
    var shown = form.querySelector("[data-count]");
    if (shown) { shown.textContent = form.querySelectorAll("input[type=checkbox][data-pick]:checked").length + words.selected; }
  }
  function offerCopy(text) {
    var button = document.createElement("button");
    button.type = "button"; button.className = "link"; button.textContent = words.copy;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(text.textContent).then(function () { button.textContent = words.copied; });
    });
    text.insertAdjacentElement("afterend", button);
  }
  document.addEventListener("DOMContentLoaded", function () {
    // Only a secure page may write to the clipboard; elsewhere the text is selected by hand.
    if (navigator.clipboard) { document.querySelectorAll("[data-copy]").forEach(offerCopy); }
    localise(document);
    // What the yard keeps of a party for the time without a network goes with whoever signs out.
    document.querySelectorAll("form[action='/sign-out']").forEach(function (form) {
      if (!window.caches) { return; }
      form.addEventListener("submit", function (event) {
        var go = function () { form.submit(); };
        event.preventDefault();
        caches.delete("yard-own").then(go, go);
      });
    });
    document.querySelectorAll("form[data-picking]").forEach(function (form) {
      count(form);
      form.addEventListener("change", function () { count(form); });
    });
    document.body.addEventListener("htmx:afterSwap", function () { localise(document); });
  });
}());

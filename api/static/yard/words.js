// The words of the page, as the template says them in the reader's language.

const kept = new Map([...document.getElementById("words").content.querySelectorAll("[data-word]")]
  .map((each) => [each.dataset.word, each.textContent]));

export function word(name, values = {}) {
  return (kept.get(name) || name).replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

// How long ago, in its largest unit.
export function age(moment, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(moment)) / 1000));
  if (seconds < 60) { return word("seconds", { n: seconds }); }
  if (seconds < 3600) { return word("minutes", { n: Math.floor(seconds / 60) }); }
  if (seconds < 172800) { return word("hours", { n: Math.floor(seconds / 3600) }); }
  return word("days", { n: Math.floor(seconds / 86400) });
}

export function clock(moment) {
  const language = document.documentElement.lang === "de" ? "de" : "en-GB";
  const form = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false };
  return new Intl.DateTimeFormat(language, form).format(new Date(moment)).replace(",", "");
}

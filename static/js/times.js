// Keeps "7 min ago" true while a page is open. Says the same as the filter `ago` on the server.
const steps = [
  [60, 1, "s"],
  [3600, 60, "min"],
  [86400, 3600, "h"],
  [86400 * 30, 86400, "d"],
  [86400 * 365, 86400 * 30, "mo"],
  [Infinity, 86400 * 365, "y"],
];

function words(seconds) {
  const size = Math.abs(seconds);
  if (size < 5) return "just now";
  const [, unit, word] = steps.find(([limit]) => size < limit);
  const amount = `${Math.floor(size / unit)} ${word}`;
  return seconds > 0 ? `${amount} ago` : `in ${amount}`;
}

function refresh() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const text = words((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (time.textContent !== text) time.textContent = text;
  }
}

setInterval(refresh, 15_000);
document.addEventListener("visibilitychange", refresh);

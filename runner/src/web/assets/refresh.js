// Asks again, every few seconds, for what moves by itself. Never moves the focus, never asks while
// the page is not looked at, and stops when nothing moves any more.
//
// `data-refresh` says how many seconds; `data-from` where the part alone can be had. Without it the
// whole page is asked for, and taken over once its heading says something else.

import { announce } from "./announce.js";

const heading = (from) => from.querySelector("h1")?.textContent ?? "";

async function part(region) {
  const answer = await fetch(region.dataset.from, { headers: { accept: "text/html" } });
  if (!answer.ok) return false;
  if (!region.contains(document.activeElement)) region.innerHTML = await answer.text();
  const said = region.querySelector("[data-announce]");
  if (said) announce(said.dataset.announce, 15);
  return !region.querySelector("[data-ended]");
}

async function whole(region) {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [ours, theirs] = [document.querySelector("main"), page.querySelector("main")];
  if (!ours || !theirs) return false;
  const next = theirs.querySelector("[data-refresh]");
  if (next && heading(ours) === heading(theirs)) {
    if (!region.contains(document.activeElement)) region.innerHTML = next.innerHTML;
    return true;
  }
  // What had the focus may be gone: then the heading has it, which says what came.
  const held = ours.contains(document.activeElement);
  ours.innerHTML = theirs.innerHTML;
  document.title = page.title;
  if (held) {
    const title = ours.querySelector("h1");
    title?.setAttribute("tabindex", "-1");
    title?.focus();
  } else {
    announce(heading(ours), 0);
  }
  return false;
}

for (const region of document.querySelectorAll("[data-refresh]")) {
  const wait = Number(region.dataset.refresh) * 1000;
  const again = async () => {
    let more = true;
    if (!document.hidden) {
      try {
        more = await (region.dataset.from ? part(region) : whole(region));
      } catch {
        // The line is broken for now: the next time may be better.
      }
    }
    if (more) setTimeout(again, wait);
  };
  setTimeout(again, wait);
}

// Asks again, every few seconds, for parts of a page that move by themselves, until nothing moves any
// more or somebody stops it. Never moves the focus, never changes what somebody is in, and never asks
// while the page is not looked at. Without this the link "Refresh" does the same.
//
// `data-refresh` says how many seconds; `data-from` where the part alone can be had. Without it the
// whole page is asked for, and taken over once its heading says something else or the part is gone.

import { announce } from "./announce.js";

const heading = (page) => page.querySelector("h1")?.textContent ?? "";

async function asked(address) {
  const answer = await fetch(address, { redirect: "error", headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
}

function put(part, nodes) {
  if (part.contains(document.activeElement)) return;
  part.setAttribute("aria-busy", "true");
  part.replaceChildren(...nodes);
  part.removeAttribute("aria-busy");
}

// The part alone; whether it still moves.
async function alone(part) {
  const fresh = new DOMParser().parseFromString(await asked(part.dataset.from), "text/html");
  const said = fresh.querySelector("[data-announce]");
  const ended = fresh.querySelector("[data-ended]");
  put(part, fresh.body.childNodes);
  if (said) announce(said.dataset.announce, 15);
  return !ended;
}

// The part out of its whole page; whether it still moves.
async function whole(part, at) {
  const page = new DOMParser().parseFromString(await asked(location.href), "text/html");
  const [ours, theirs] = [document.querySelector("main"), page.querySelector("main")];
  if (!ours || !theirs) return false;
  const fresh = part.id ? page.getElementById(part.id) : page.querySelectorAll("[data-refresh]")[at];
  if (!fresh || heading(ours) !== heading(theirs)) {
    // What had the focus may be gone: then the heading has it, which says what came.
    const held = ours.contains(document.activeElement);
    ours.replaceChildren(...theirs.childNodes);
    document.title = page.title;
    const title = ours.querySelector("h1");
    if (held && title) {
      title.setAttribute("tabindex", "-1");
      title.focus();
    } else {
      announce(heading(ours), 0);
    }
    return false;
  }
  put(part, fresh.childNodes);
  return Boolean(fresh.dataset.refresh);
}

function refresh(part, at) {
  const seconds = Number(part.dataset.refresh);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  let on = true;
  const name = () => {
    button.textContent = on ? "Stop refreshing" : `Refresh every ${seconds} seconds`;
  };
  name();
  button.addEventListener("click", () => {
    on = !on;
    name();
  });
  part.before(button);
  const again = async () => {
    let moves = true;
    if (on && !document.hidden && !part.contains(document.activeElement)) {
      try {
        moves = await (part.dataset.from ? alone(part) : whole(part, at));
      } catch {
        // The line is broken for now: the next time may be better.
      }
    }
    if (moves) setTimeout(again, seconds * 1000);
    else button.remove();
  };
  setTimeout(again, seconds * 1000);
}

document.querySelectorAll("[data-refresh]").forEach(refresh);

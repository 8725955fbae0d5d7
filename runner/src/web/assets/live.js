// The job log while it grows. Without this the link "Refresh" shows what is new.

import { announce } from "./announce.js";
import { key } from "./keys.js";
import { follow } from "./stream.js";

const MOST_ROWS = 500;
const PAUSED = "clerkwork-live-paused";

const box = document.getElementById("live");
const body = document.getElementById("log");
const rows = document.getElementById("log-rows");
const state = document.getElementById("live-state");
const pause = document.getElementById("live-pause");
const show = document.getElementById("live-show");
const waiting = [];
let paused = remembered();
let unsaid = { rows: 0, failed: 0 };
let over = false;

function remembered() {
  try {
    return sessionStorage.getItem(PAUSED) === "yes";
  } catch {
    return false;
  }
}

function remember() {
  try {
    sessionStorage.setItem(PAUSED, paused ? "yes" : "no");
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
}

// Rows are not moved under somebody who reads them: who is further down, or in the table.
function reading() {
  return rows.contains(document.activeElement) || rows.getBoundingClientRect().top < 0;
}

function add() {
  if (!waiting.length) return;
  rows.hidden = false;
  rows.setAttribute("aria-busy", "true");
  for (const html of waiting.splice(0)) {
    const made = document.createElement("template");
    made.innerHTML = html;
    const row = made.content.firstElementChild;
    if (!row || (row.id && document.getElementById(row.id))) continue;
    row.classList.add("cw-new");
    setTimeout(() => row.classList.remove("cw-new"), 3000);
    body.prepend(row);
  }
  while (body.children.length > MOST_ROWS) body.lastElementChild.remove();
  rows.removeAttribute("aria-busy");
}

function tell() {
  const many = waiting.length;
  show.hidden = many === 0;
  show.textContent = many === 1 ? "Show 1 new entry" : `Show ${many} new entries`;
  pause.textContent = paused ? "Go on" : "Pause";
  if (over) return;
  state.textContent = paused ? "Paused: new entries are counted, not added." : "New entries are added as they come.";
}

function came({ data }) {
  waiting.push(data);
  if (waiting.length > MOST_ROWS) waiting.shift();
  unsaid.rows += 1;
  if (data.includes("failed")) unsaid.failed += 1;
  if (!paused && !reading()) add();
  tell();
  const { rows: many, failed } = unsaid;
  announce(`${many} new ${many === 1 ? "entry" : "entries"}${failed ? `, ${failed} failed` : ""}`, 10);
}

// What was announced is counted from nothing again.
setInterval(() => { unsaid = { rows: 0, failed: 0 }; }, 30_000);

function end(words) {
  over = true;
  state.textContent = words;
  pause.hidden = true;
}

function turn() {
  paused = !paused;
  remember();
  if (!paused) add();
  tell();
}

if (box && body && window.EventSource) {
  pause.addEventListener("click", turn);
  key("p", "Pause the live log, or go on", turn);
  show.addEventListener("click", () => {
    add();
    tell();
    rows.scrollIntoView({ block: "start" });
  });
  box.hidden = false;
  const source = follow(box.dataset.stream, {
    event: came,
    opened: tell,
    lost: () => { state.textContent = "The line broke. Connecting again."; },
    ended: () => end("The log is not live just now. Use Refresh to see what is new."),
  });
  source.addEventListener("ended", () => {
    source.close();
    end("You are not signed in any more. Sign in again to go on watching.");
  });
  addEventListener("pagehide", () => source.close());
  // A page that comes back out of the browser's memory has missed what came meanwhile.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  tell();
}

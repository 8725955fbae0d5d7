// Parts of a page that are asked for anew every few seconds, until somebody stops it.
// Without this the link "Refresh" does the same.

function refresh(part) {
  const seconds = Number(part.dataset.refresh);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  let on = true;
  const name = () => { button.textContent = on ? "Stop refreshing" : `Refresh every ${seconds} seconds`; };
  name();
  button.addEventListener("click", () => {
    on = !on;
    name();
  });
  part.before(button);
  const timer = setInterval(async () => {
    // Nothing is changed under somebody who is in it, nor for nobody.
    if (!on || document.hidden || part.contains(document.activeElement)) return;
    try {
      const answer = await fetch(location.href, { redirect: "error" });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (!fresh) return;
      part.setAttribute("aria-busy", "true");
      part.replaceChildren(...fresh.childNodes);
      part.removeAttribute("aria-busy");
      if (!fresh.dataset.refresh) {
        clearInterval(timer);
        button.remove();
      }
    } catch {
      on = false;
      name();
    }
  }, seconds * 1000);
}

for (const part of document.querySelectorAll("[data-refresh]")) refresh(part);

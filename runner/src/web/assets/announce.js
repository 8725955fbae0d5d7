// Says something to those who have the page read to them, without moving anything.

let region;
let waiting;
let spoken = 0;

// The latest text is said at most once in `apart` seconds.
export function announce(text, apart = 10) {
  if (!region) {
    region = document.createElement("p");
    region.className = "govuk-visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  clearTimeout(waiting);
  // A region that was just made is not read yet.
  const wait = Math.max(spoken + apart * 1000 - Date.now(), 100);
  waiting = setTimeout(() => {
    spoken = Date.now();
    // The same words again are not read unless they went away between.
    region.textContent = "";
    requestAnimationFrame(() => { region.textContent = text; });
  }, wait);
}

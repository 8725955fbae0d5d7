// Small helps that GOV.UK Frontend's own script gives too.

const PHONE = "(max-width: 40.0525em)";

// On a phone the sections are behind a button.
export function menu() {
  const button = document.querySelector(".govuk-js-service-navigation-toggle");
  const list = button && document.getElementById(button.getAttribute("aria-controls"));
  if (!list) return;
  const phone = window.matchMedia(PHONE);
  const show = (open) => {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  const fit = () => {
    button.hidden = !phone.matches;
    if (phone.matches) {
      button.removeAttribute("aria-hidden");
      show(false);
    } else {
      button.setAttribute("aria-hidden", "true");
      button.removeAttribute("aria-expanded");
      list.hidden = false;
    }
  };
  button.addEventListener("click", () => show(list.hidden));
  phone.addEventListener("change", fit);
  fit();
}

// A password can be looked at while it is typed; it is hidden again before it is sent.
export function passwords() {
  for (const button of document.querySelectorAll(".govuk-js-password-input-toggle")) {
    const input = document.getElementById(button.getAttribute("aria-controls"));
    if (!input) continue;
    const show = (plain) => {
      input.type = plain ? "text" : "password";
      button.textContent = plain ? "Hide" : "Show";
      button.setAttribute("aria-label", plain ? "Hide password" : "Show password");
    };
    button.hidden = false;
    button.addEventListener("click", () => show(input.type === "password"));
    input.form?.addEventListener("submit", () => show(false));
  }
}

// What is wrong is read first, and a link to a field goes to where one types.
export function wrong() {
  const summary = document.querySelector(".govuk-error-summary");
  if (!summary) return;
  summary.tabIndex = -1;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const field = target.matches("input, select, textarea, button")
      ? target
      : target.querySelector("input, select, textarea");
    const title = target.closest("fieldset")?.querySelector("legend")
      ?? document.querySelector(`label[for="${CSS.escape(target.id)}"]`);
    (title ?? target).scrollIntoView();
    (field ?? target).focus({ preventScroll: true });
  });
}

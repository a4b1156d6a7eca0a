// Taste and comfort; every page works without it.
(() => {
  const root = document.documentElement;
  const wanted = () => {
    const chosen = root.dataset.theme;
    if (chosen === "light" || chosen === "dark") return chosen;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  };
  const paint = () => root.setAttribute("data-bs-theme", wanted());
  paint();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);

  const keep = (name, value) => {
    document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax`;
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const theme = target?.closest("[data-choose-theme]");
    if (theme) {
      root.dataset.theme = theme.getAttribute("data-choose-theme") ?? "auto";
      keep("faktur_theme", root.dataset.theme);
      paint();
    }
    const copy = target?.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.getAttribute("data-copy") ?? "");
    const menu = target?.closest("[data-toggle-menu]");
    if (menu) {
      const open = document.body.classList.toggle("menu-open");
      menu.setAttribute("aria-expanded", String(open));
    }
  });

  // A form is sent once, and what cannot be undone asks first.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const question = event.submitter?.getAttribute("data-confirm") ?? form.dataset.confirm;
    if (question && !confirm(question)) return event.preventDefault();
    if (event.submitter?.hasAttribute("formtarget")) return;
    if (form.dataset.sent) return event.preventDefault();
    if (form.method !== "post") return;
    form.dataset.sent = "1";
    for (const says of form.querySelectorAll("[data-while-sent]")) says.hidden = false;
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
    for (const says of document.querySelectorAll("[data-while-sent]")) says.hidden = true;
  });

  // "/" goes to the search field; "g" then a letter goes to a page of the menu.
  let waiting = false;
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (at instanceof Element && at.closest("input, textarea, select, [contenteditable]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search instanceof HTMLElement) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === "g") {
      waiting = true;
      setTimeout(() => (waiting = false), 1200);
    } else if (waiting) {
      waiting = false;
      const place = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (place instanceof HTMLAnchorElement) place.click();
    }
  });

  // One box ticks all of a table.
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    if (box.matches("[data-tick-all]")) {
      for (const one of box.closest("form")?.querySelectorAll("input[name='pilih']") ?? []) one.checked = box.checked;
    }
    if (box.matches("[data-tick-all], input[name='pilih']")) {
      const form = box.closest("form");
      const count = form?.querySelectorAll("input[name='pilih']:checked").length ?? 0;
      for (const shown of form?.querySelectorAll("[data-ticked]") ?? []) shown.textContent = String(count);
    }
    // What the server would refuse after minutes is told before it is sent.
    if (box.dataset.mostBytes) {
      const bytes = [...(box.files ?? [])].reduce((sum, file) => sum + file.size, 0);
      box.setCustomValidity(bytes > Number(box.dataset.mostBytes) ? (box.dataset.tooLarge ?? "") : "");
    }
    if (box.form?.matches("[data-send-on-change]")) box.form.requestSubmit();
  });
})();

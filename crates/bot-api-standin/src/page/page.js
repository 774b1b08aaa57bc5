// Keeps the page true while it is open. Without it a reload does the same, and every button is a form's.
"use strict";

const base = document.body.dataset.base;
const log = document.getElementById("log");
const panel = document.getElementById("panel");
const presence = document.getElementById("presence");
const compose = document.getElementById("compose");
const text = document.getElementById("text");
const menu = document.getElementById("menu");
const replying = document.getElementById("replying");
// The server's last version of each message, so that unchanged ones are left alone.
const shown = new Map();
// How long an answer passes by, and how long somebody is busy after saying so: as in Telegram's apps.
const TOAST_MS = 4000;
const BUSY_MS = 5000;
const RETRY_MS = 2000;

const parsed = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;
const toEnd = () => { log.scrollTop = log.scrollHeight; };
const number = (row) => Number(row.id.slice(1));

// Puts a message where it belongs, or in place of what it was.
const put = (row, html) => {
  if (shown.get(row.id) === html) return;
  shown.set(row.id, html);
  const old = document.getElementById(row.id);
  if (old) {
    const focused = old.contains(document.activeElement) && document.activeElement.textContent;
    old.replaceWith(row);
    if (focused) [...row.querySelectorAll("button, a")].find((one) => one.textContent === focused)?.focus();
    return;
  }
  const next = [...log.children].find((other) => number(other) > number(row));
  row.classList.add("fresh");
  log.insertBefore(row, next ?? null);
};

const keepingPlace = (change) => {
  const follow = atEnd();
  change();
  if (follow) toEnd();
};

const showChat = (html) => keepingPlace(() => {
  const rows = [...parsed(html).children];
  const there = new Set(rows.map((row) => row.id));
  for (const row of [...log.children]) if (!there.has(row.id)) row.remove();
  for (const row of rows) put(row, row.outerHTML);
});

const showPanel = (html) => {
  if (!panel || !html) return;
  const action = document.activeElement?.closest("#panel form")?.getAttribute("action");
  panel.replaceChildren(parsed(html));
  if (action) panel.querySelector(`form[action="${action}"] button`)?.focus();
  count();
};

const setNetwork = (up) => {
  document.getElementById("outage").hidden = up;
  presence.textContent = up ? presence.dataset.rest : "connecting…";
  for (const field of compose.querySelectorAll("input, button")) field.disabled = !up;
};

let rest;
const busy = (words) => {
  clearTimeout(rest);
  presence.textContent = words;
  presence.classList.add("busy");
  rest = setTimeout(calm, BUSY_MS);
};
const calm = () => {
  clearTimeout(rest);
  if (presence.classList.replace("busy", "rest")) presence.textContent = presence.dataset.rest;
};

const toast = (words) => {
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = words;
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), TOAST_MS);
};

const alertBox = (words) => {
  const box = document.getElementById("alert");
  box.querySelector("p").textContent = words;
  if (!box.open) box.showModal();
};

const stopWaiting = (id) => {
  for (const key of document.querySelectorAll(`#m${id} .waiting`)) key.classList.remove("waiting");
};

const heard = {
  chat: ({ html, up, panel }) => { showChat(html); setNetwork(up); showPanel(panel); },
  message: ({ html }) => {
    const row = parsed(html).firstElementChild;
    calm();
    keepingPlace(() => put(row, row.outerHTML));
  },
  gone: ({ id }) => { document.getElementById(`m${id}`)?.remove(); shown.delete(`m${id}`); },
  action: ({ text: words }) => busy(words),
  answer: ({ id, text: words, alert }) => {
    stopWaiting(id);
    if (words) (alert ? alertBox : toast)(words);
  },
  network: ({ up }) => setNetwork(up),
  panel: ({ html }) => showPanel(html),
  elsewhere: ({ chat }) => {
    const badge = document.querySelector(`[data-chat="${chat}"] .unread`);
    if (!badge) return;
    badge.hidden = false;
    badge.textContent = String(Number(badge.textContent || 0) + 1);
  },
};

// A stream that breaks off is taken up by the browser; one that is refused, by this.
const listen = () => {
  const stream = new EventSource(`${base}/events`);
  for (const [name, hear] of Object.entries(heard)) {
    stream.addEventListener(name, (event) => hear(JSON.parse(event.data)));
  }
  stream.addEventListener("chat", () => { document.body.dataset.live = "true"; });
  stream.addEventListener("error", () => {
    delete document.body.dataset.live;
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
  });
  addEventListener("pagehide", () => {
    stream.close();
    delete document.body.dataset.live;
  }, { once: true });
};
// The browser may bring a page back as it was left.
addEventListener("pageshow", ({ persisted }) => { if (persisted) listen(); });

const setReply = (row) => {
  document.getElementById("reply").value = row ? number(row) : "";
  replying.hidden = !row;
  if (!row) return;
  const name = row.querySelector(".bubble").getAttribute("aria-label");
  replying.querySelector("strong").textContent = name;
  replying.querySelector("span").textContent = row.querySelector(".text, .photo img")?.textContent || "Picture";
  text.focus();
};

const send = async (form, button) => {
  const body = new URLSearchParams(new FormData(form, button));
  const key = button?.closest(".keyrow") && button;
  key?.classList.add("waiting");
  const beside = form.closest("#panel") && button;
  if (beside) beside.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) toast(parsed(await answer.text()).querySelector("p")?.textContent ?? "That did not work.");
    if (!answer.ok) key?.classList.remove("waiting");
    if (answer.ok && form === compose) {
      text.value = "";
      setReply(null);
      toEnd();
    }
  } catch {
    key?.classList.remove("waiting");
    toast("The demonstration has ended.");
  } finally {
    if (beside) beside.disabled = false;
  }
};

addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  event.preventDefault();
  menu.open = false;
  send(event.target, event.submitter);
});

addEventListener("click", (event) => {
  const answer = event.target.closest(".answer");
  const quote = event.target.closest("a.reply");
  const spoiler = event.target.closest(".spoiler");
  if (answer) {
    event.preventDefault();
    setReply(answer.closest(".row"));
  } else if (quote) {
    const row = document.querySelector(quote.hash);
    if (!row) return;
    event.preventDefault();
    row.scrollIntoView({ block: "center", behavior: "smooth" });
    row.querySelector(".bubble").focus({ preventScroll: true });
    row.classList.add("found");
    setTimeout(() => row.classList.remove("found"), BUSY_MS);
  } else if (spoiler) {
    spoiler.classList.add("shown");
  } else if (event.target.closest("#replying a")) {
    event.preventDefault();
    setReply(null);
  } else if (!event.target.closest("#menu")) {
    menu.open = false;
  }
});

addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    menu.open = false;
    setReply(null);
  }
  if (event.key === "Enter" && event.target.matches(".spoiler")) event.target.classList.add("shown");
});

// The checks come at fixed times.
const count = () => {
  const seconds = panel?.querySelector("[data-first]");
  if (!seconds) return;
  const since = Date.now() / 1000 - Number(seconds.dataset.first);
  const every = Number(seconds.dataset.every);
  seconds.textContent = String(Math.ceil(since < 0 ? -since : every - (since % every)));
};
setInterval(count, 1000);

for (const row of log.children) shown.set(row.id, row.outerHTML);
for (const picture of log.querySelectorAll("img")) if (!picture.complete) picture.addEventListener("load", toEnd, { once: true });
if (location.hash.startsWith("#m")) document.querySelector(location.hash)?.scrollIntoView({ block: "center" });
else toEnd();
if (document.body.dataset.down !== undefined) setNetwork(false);
count();
listen();

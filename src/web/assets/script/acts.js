// Runs actions without leaving the page. Each form has its own id, so it can be sent again if no answer comes. The row
// and a toast show the result, with Undo.

import { element, say, set } from "./paint.js";
import { cover } from "./places.js";
import { ANSWER_TIMEOUT_MS, retryDelayMs } from "./schedule.js";

/** A row stays in place this long after its action, wherever the pointer is. */
const REST_MS = 6000;
/** A second key press this soon belongs to the first action, not to the newly focused button. */
const DOUBLE_MS = 700;
const TOAST_MS = 12_000;
/** Stop retrying after this. A later press sends the same id, so the action still runs once. */
const GIVE_UP_MS = 60_000;
const START_CHARACTERS = 8;
const OWN_CHARACTERS = 16;

/**
 * @typedef {{ words: string, tone: "ok" | "bad" | "warn" | "undone", undo: string | null, atMs: number }} Note
 * @typedef {{ onAnswer: (answer: { page?: string }) => Promise<void>, onSilence: () => void }} Options
 */
export class Acts {
  /** By row id. @type {Map<string, Note>} */
  #notes = new Map();
  /** A form keeps its id until it is answered. */
  #ids = new WeakMap();
  #start = "";
  #movedFocus = { button: null, atMs: 0 };
  #toastTimer = 0;

  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    document.addEventListener("submit", (event) => this.#onSubmit(event));
    document.addEventListener("keydown", (event) => this.#onKey(event));
    // Rows do not move under the pointer, so a click is intended.
    document.addEventListener("pointerdown", () => {
      this.#movedFocus.button = null;
    });
    document.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target);
      if (button.closest("#toast .close")) this.#hideToast();
      const { copy } = button.dataset;
      if (copy) navigator.clipboard.writeText(copy).then(() => this.#toast("Copied", "ok"));
    });
  }

  /** Whether an action was so recent that its row stays in place. */
  get areResting() {
    return [...this.#notes.values()].some(
      ({ tone, atMs }) => tone === "warn" || performance.now() - atMs < REST_MS,
    );
  }

  get hasNotes() {
    return this.#notes.size > 0;
  }

  forget() {
    this.#notes.clear();
  }

  /** Ids differ in every answer. Removing them keeps unchanged forms equal. @param {Document} doc */
  take(doc) {
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (
      doc.querySelectorAll("[name=action_id]")
    )) {
      if (field.value !== "") this.#start = field.value.slice(0, START_CHARACTERS);
      set(field, "value", "");
    }
  }

  /** Writes the results into the rows of a document. @param {Document} doc */
  paint(doc) {
    for (const [id, note] of this.#notes) {
      const row = doc.getElementById(id);
      if (row === null) continue;
      row.dataset.acted = note.tone;
      if (note.tone === "undone") continue;
      const tag = element(doc, "span", { class: `tag ${note.tone}` }, [TONES[note.tone]]);
      cover(row.querySelector(".what"), tag, ` ${note.words}`);
      if (note.tone === "ok")
        cover(row.querySelector(".acts"), ...(note.undo ? [undoForm(doc, note.undo, id)] : []));
    }
  }

  async #onSubmit(event) {
    const { target: form, submitter } = event;
    if (form.method !== "post") return;
    const isSecond =
      this.#movedFocus.button?.form === form && performance.now() - this.#movedFocus.atMs < DOUBLE_MS;
    const id = this.#ids.get(form) ?? this.#newId();
    this.#ids.set(form, id);
    // The browser shows the confirmation page.
    if (form.dataset.asks !== undefined && !isSecond) return set(form.elements.action_id, "value", id);
    event.preventDefault();
    if (isSecond || form.dataset.sent !== undefined) return;
    form.dataset.sent = "";
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, submitter)));
    body.set("action_id", id);
    const row = form.dataset.row ?? form.closest("tr")?.id ?? "";
    const answer = await this.#send(submitter?.getAttribute("formaction") ?? form.action, body, row);
    delete form.dataset.sent;
    if (answer === null) return;
    this.#ids.delete(form);
    const isUndo = form.dataset.row !== undefined;
    const hadFocus = form.contains(document.activeElement);
    this.#show(answer, { row, form, isUndo });
    if (hadFocus && answer.done && !isUndo) this.#focusFrom(document.getElementById(row)?.nextElementSibling);
    await this.options.onAnswer(answer);
    if (hadFocus && answer.done && isUndo) this.#focusFrom(document.getElementById(row));
  }

  /** Sends until answered; null after giving up. */
  async #send(url, body, row) {
    const startMs = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
        const response = await fetch(url, {
          method: "POST",
          body,
          signal,
          headers: { Accept: "application/json" },
        });
        return await response.json();
      } catch {
        const silentMs = performance.now() - startMs;
        const isOver = silentMs > GIVE_UP_MS;
        const then = isOver ? "Press again later; it runs only once." : "Checking…";
        const silentS = Math.round(silentMs / 1000);
        const words = `No answer from the server${silentS > 0 ? ` for ${silentS} s` : ""}; the action may or may not have run. ${then}`;
        this.#note(row, { words, tone: isOver ? "bad" : "warn", undo: null });
        this.#toast(words, "warn");
        this.options.onSilence();
        if (isOver) return null;
        await new Promise((resolve) => setTimeout(resolve, retryDelayMs(attempt, Math.random())));
      }
    }
  }

  #show({ done, message, task, undo, detail, hint }, { row, form, isUndo }) {
    if (!done) {
      const words = `Not done: ${detail}`;
      this.#note(row, { words, tone: "bad", undo: null });
      return this.#toast(`${words} ${hint ?? ""}`, "bad");
    }
    form.reset();
    this.#note(row, { words: message, tone: isUndo ? "undone" : "ok", undo });
    this.#toast(task ? `${message}: ${task}` : message, "ok", undo, row);
  }

  #note(row, note) {
    if (row === "") return;
    this.#notes.set(row, { ...note, atMs: performance.now() });
    this.paint(document);
  }

  /** Moves focus to the next row, for keyboard users working down a list. */
  #focusFrom(row) {
    for (let next = row; next; next = next.nextElementSibling) {
      const button = next.querySelector(
        ".acts > :not(.was, .now) :is(button, input:not([type=hidden]), select)",
      );
      if (button === null) continue;
      button.focus({ preventScroll: true });
      this.#movedFocus = { button, atMs: performance.now() };
      return;
    }
  }

  #toast(words, tone, undo = null, row = "") {
    const toast = document.getElementById("toast");
    const close = element(document, "button", { class: "btn close", "aria-label": "Dismiss" }, ["×"]);
    const tag = element(document, "span", { class: `tag ${tone}` }, [TONES[tone]]);
    const said = element(document, "span", {}, [words]);
    toast.replaceChildren(tag, said, ...(undo ? [undoForm(document, undo, row, "z")] : []), close);
    toast.hidden = false;
    say(document.getElementById("announce"), undo ? `${words}. Press z to undo.` : words);
    clearTimeout(this.#toastTimer);
    if (tone === "ok") this.#toastTimer = setTimeout(() => this.#hideToast(), TOAST_MS);
  }

  #hideToast() {
    document.getElementById("toast")?.setAttribute("hidden", "");
  }

  #onKey(event) {
    const { key, target, repeat } = event;
    // A held key would press the button of every row that gets focus.
    if (key === "Enter" && repeat && target.closest("button")) event.preventDefault();
    if (key === "Escape") {
      this.#hideToast();
      document.querySelector("details.menu[open]")?.removeAttribute("open");
    }
    const isTyping = target.closest("input, textarea, select") !== null;
    if (key !== "z" || repeat || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const form = /** @type {HTMLFormElement | null} */ (document.querySelector("#toast form, #result form"));
    form?.requestSubmit();
  }

  #newId() {
    return `${this.#start}.${crypto.randomUUID().slice(0, OWN_CHARACTERS)}`;
  }
}

const TONES = { ok: "✓ done", bad: "▲ not done", warn: "● waiting" };

function undoForm(doc, of, row, key = null) {
  const fields = { ...ownFields(doc), action_id: "", of };
  return element(
    doc,
    "form",
    { class: "act undo", method: "post", action: "/actions/undo", "data-row": row },
    [
      ...Object.entries(fields).map(([name, value]) =>
        element(doc, "input", { type: "hidden", name, value }),
      ),
      element(doc, "button", { class: "btn", type: "submit", ...(key && { "aria-keyshortcuts": key }) }, [
        "Undo",
      ]),
    ],
  );
}

/** The fields that every form of this page has. */
function ownFields(doc) {
  const value = (/** @type {string} */ name) =>
    doc.querySelector(`form [name=${name}]`)?.getAttribute("value") ?? "";
  return { token: value("token"), back: value("back") };
}

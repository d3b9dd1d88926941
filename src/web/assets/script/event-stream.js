// Reads the event stream with fetch: EventSource would hide why it was refused, and all tabs would reconnect at once.

/**
 * @typedef {{ name: string, id: string | null, data: string }} StreamEvent
 * @typedef {{ url: string, lastEventId: number, signal: AbortSignal,
 *   onOpen: () => void, onEvent: (event: StreamEvent) => void, onSignOfLife: () => void }} StreamOptions
 */

/** Resolves when the stream ends: "refused" (403), "full" (any other answer), "ended". @param {StreamOptions} options */
export async function readStream({ url, lastEventId, signal, onOpen, onEvent, onSignOfLife }) {
  try {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(lastEventId) };
    const response = await fetch(url, { headers, signal, cache: "no-store" });
    if (response.status === 403) return "refused";
    if (!response.ok || response.body === null) return "full";
    onOpen();
    const parse = createEventParser(onEvent);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      onSignOfLife();
      parse(part.value);
    }
  } catch {
    // We closed it, or the server is gone; the caller finds out which.
  }
  return "ended";
}

/** Accepts text in arbitrary chunks. @param {(event: StreamEvent) => void} onEvent */
export function createEventParser(onEvent) {
  let buffer = "";
  return (/** @type {string} */ text) => {
    buffer += text;
    const blocks = buffer.split("\n\n");
    buffer = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event !== null) onEvent(event);
    }
  };
}

/** Null for comments. @param {string} block @returns {StreamEvent | null} */
function parseEvent(block) {
  const event = { name: "message", id: /** @type {string | null} */ (null), data: "" };
  let isEmpty = true;
  for (const line of block.split("\n")) {
    const [, field, value = ""] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.name = value;
    if (field === "id") event.id = value;
    if (field === "data") event.data += value;
    if (field === "data") isEmpty = false;
  }
  return isEmpty ? null : event;
}

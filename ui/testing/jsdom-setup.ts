// What browsers have and jsdom has not, as far as the components ask for it.
import { ReadableStream } from "node:stream/web";
import { TextDecoder, TextEncoder } from "node:util";
import { cleanup, configure } from "@testing-library/react";

/** Only what never comes takes so long; the library's own second says that the machine is busy. */
const PATIENCE_MS = 30_000;

/** A wide screen, a mouse, light colours. */
const matchMedia = (media: string): MediaQueryList => ({
  matches: false,
  media,
  onchange: null,
  addListener: () => {},
  removeListener: () => {},
  addEventListener: () => {},
  removeEventListener: () => {},
  dispatchEvent: () => false,
});

class NoResizeObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

// Tests of what needs no page run in Node's own environment, which has streams.
if ("document" in globalThis) {
  Object.assign(globalThis, { matchMedia, ResizeObserver: NoResizeObserver, scrollTo: () => {} });
  Object.assign(globalThis, { ReadableStream, TextDecoder, TextEncoder });
  // Whose loading a text area that grows listens to.
  Object.assign(document, { fonts: new EventTarget() });
  Object.assign(Element.prototype, { scrollIntoView: () => {} });
}

configure({ asyncUtilTimeout: PATIENCE_MS });
afterEach(() => cleanup());

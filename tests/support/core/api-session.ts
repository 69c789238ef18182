// A signed-in caller of the public API, as a browser would be: cookie and CSRF header.
import { CSRF_HEADER } from "../../../contracts/core/header-names.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is not JSON. */
  readonly json: any;
}

export class ApiSession {
  readonly #url: string;
  #cookie = "";
  #csrf = "";

  constructor(url: string) {
    this.#url = url;
  }

  get cookie(): string {
    return this.#cookie;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.#cookie === "" ? {} : { cookie: this.#cookie, [CSRF_HEADER]: this.#csrf }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(300_000),
    });
    this.#remember(response);
    const text = await response.text();
    const json: any = isJson(response) ? JSON.parse(text) : undefined;
    if (typeof json?.csrfToken === "string") this.#csrf = json.csrfToken;
    return { status: response.status, headers: response.headers, text, json };
  }

  async signIn(username: string, password: string): Promise<Answer> {
    return await this.call("POST", "/api/session", { username, password });
  }

  /** Calls and expects one status. @throws with the body otherwise. */
  async expect(status: number, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<any> {
    const answer = await this.call(method, path, body, headers);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${answer.text}`);
    return answer.json;
  }

  #remember(response: Response): void {
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
    if (cookie) this.#cookie = cookie;
  }
}

/** One JSON value; not JSON lines, nor an event stream of them. */
function isJson(response: Response): boolean {
  return /^application\/(?:problem\+)?json\b/.test(response.headers.get("content-type") ?? "");
}

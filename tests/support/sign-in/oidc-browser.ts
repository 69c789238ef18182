// A browser for signing in at the identity provider: it follows redirects with a cookie jar, and fills in the provider's forms.
import { CSRF_HEADER } from "../../../contracts/core/header-names.ts";
import type { Answer } from "../core/api-session.ts";

const STEPS_MAX = 12;

export class OidcBrowser {
  readonly #api: string;
  readonly #jars = new Map<string, Map<string, string>>();
  #csrf = "";

  /** `api`: where the product is. */
  constructor(api: string) {
    this.#api = api;
  }

  /** A call of a page of ours, with this browser's cookies. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.#fetch(this.#api + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.#csrf === "" ? {} : { [CSRF_HEADER]: this.#csrf }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json: any = text.startsWith("{") ? JSON.parse(text) : undefined;
    this.#csrf = json?.csrfToken ?? json?.session?.csrfToken ?? this.#csrf;
    return { status: response.status, headers: response.headers, text, json };
  }

  cookie(name: string): string | undefined {
    return this.#jar(this.#api).get(name);
  }

  /** As if somebody had put it there. */
  plant(name: string, value: string): void {
    this.#jar(this.#api).set(name, value);
  }

  /** Signs in at the provider as this person, and returns the query that it redirects us with. */
  async signInAt(authorizationUrl: string, subject: string): Promise<Record<string, string>> {
    let url = authorizationUrl;
    for (let step = 0; step < STEPS_MAX; step += 1) {
      const response = await this.#fetch(url, { redirect: "manual" });
      const next = await this.#nextOf(response, { url, subject });
      if (new URL(next).pathname === "/oidc/callback") return Object.fromEntries(new URL(next).searchParams);
      url = next;
    }
    throw new Error(`The provider did not send us back; last at ${url}`);
  }

  /** The whole way. */
  async signIn(subject: string, start: { path?: string; body?: unknown } = {}): Promise<Answer> {
    const begun = await this.begin(start);
    return await this.call("POST", "/api/oidc/callback", { parameters: await this.signInAt(begun, subject) });
  }

  /** The first step alone: the provider's address. @throws when the product refuses */
  async begin({ path = "/api/oidc/sign-in", body = {} }: { path?: string; body?: unknown } = {}): Promise<string> {
    const answer = await this.call("POST", path, path === "/api/oidc/test" ? undefined : body);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.json.authorizationUrl;
  }

  async #nextOf(response: Response, at: { url: string; subject: string }): Promise<string> {
    const location = response.headers.get("location");
    if (location !== null) return new URL(location, at.url).href;
    const page = await response.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined) throw new Error(`No form at ${at.url}: ${response.status} ${page}`);
    const submitted = await this.#fetch(new URL(action, at.url).href, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ prompt, login: at.subject, password: "any" }),
    });
    return new URL(submitted.headers.get("location") ?? "", at.url).href;
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const jar = this.#jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = new Headers(init.headers);
    if (cookie !== "") headers.set("cookie", cookie);
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(60_000) });
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1)];
      if (value === "" || attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  #jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    return jar;
  }
}

// The outbound settings in use: those that an administrator saved, else those of the environment.
import { readFile } from "node:fs/promises";
import type { Logger } from "pino";
import type { OutboundEnvironment } from "../../adapters/outbound/outbound-environment.ts";
import type { OutboundWay } from "../../adapters/outbound/outbound-way.ts";
import { certificatesSchema, type OutboundView } from "../../contracts/installation/outbound.ts";
import type { Database } from "../../db/core/database.ts";
import { readOutbound, type StoredOutbound } from "../../db/installation/outbound-settings.ts";

export interface Outbound {
  /** Asked at every call, so that a change counts at once and in every process. */
  way(): Promise<OutboundWay>;
  view(): Promise<OutboundView>;
}

/** Reads the certificates of the environment once. */
export async function createOutbound(db: Database, environment: OutboundEnvironment, log: Logger): Promise<Outbound> {
  if (environment.unusable !== null) {
    const hint = `${environment.unusable} is not the URL of an http or https proxy and is ignored.`;
    log.warn({ event: "outbound_proxy_unusable" }, hint);
  }
  const ofEnvironment: OutboundWay = {
    proxy: environment.proxy,
    exceptions: environment.exceptions,
    certificates: await certificatesOf(environment.certificatesFile, log),
  };
  return {
    async way() {
      const stored = await db.globally(readOutbound);
      return stored === null ? ofEnvironment : wayOf(stored);
    },
    async view() {
      const stored = await db.globally(readOutbound);
      return stored === null
        ? { ...viewOf(ofEnvironment), source: "environment" }
        : { ...viewOf(wayOf(stored)), source: "settings" };
    },
  };
}

function wayOf({ proxyUrl, username, password, exceptions, certificates }: StoredOutbound): OutboundWay {
  return { proxy: proxyUrl === null ? null : { url: new URL(proxyUrl), username, password }, exceptions, certificates };
}

function viewOf({ proxy, exceptions, certificates }: OutboundWay): Omit<OutboundView, "source"> {
  return {
    proxyUrl: proxy?.url.origin ?? null,
    username: proxy?.username ?? null,
    hasPassword: proxy !== null && proxy.password !== null,
    exceptions: [...exceptions],
    certificates,
  };
}

/** Node.js only warns about such a file too. */
async function certificatesOf(path: string | null, log: Logger): Promise<string | null> {
  if (path === null) return null;
  try {
    return certificatesSchema.parse(await readFile(path, "utf8"));
  } catch (err) {
    log.warn({ event: "outbound_certificates_unreadable", err }, "the file of NODE_EXTRA_CA_CERTS cannot be used");
    return null;
  }
}

// Whose providers the components here are about: the caller's, or a system agent's, which administrators look after.
import { Link, linkOptions } from "@tanstack/react-router";
import { createContext, use } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { providersOf } from "./providers-api.ts";

export interface AgentWithProviders {
  readonly name: string;
  readonly displayName: string;
  /** Asks which of its models it should use. */
  readonly chooseModel: () => void;
}

/** Null: the user's own. */
export const ProviderOwnerContext = createContext<AgentWithProviders | null>(null);

export function useProviderOwner() {
  const agent = use(ProviderOwnerContext);
  const api = useApi();
  return { agent, calls: providersOf(api, agent?.name ?? null) };
}

/** For texts about the agent: a user's own is "your agent". */
export function useOwnerTexts() {
  return useTranslations(use(ProviderOwnerContext) === null ? "providers.own" : "providers.ofAgent");
}

export type ProviderPlace = "list" | "new" | { readonly id: string };

export function placeOf(agent: AgentWithProviders | null, place: ProviderPlace) {
  if (agent === null) {
    if (place === "list") return linkOptions({ to: "/settings/providers" });
    return place === "new"
      ? linkOptions({ to: "/settings/providers/new" })
      : linkOptions({ to: "/settings/providers/$id", params: { id: place.id } });
  }
  const { name } = agent;
  if (place === "list") return linkOptions({ to: "/admin/system-agents/$name/providers", params: { name } });
  return place === "new"
    ? linkOptions({ to: "/admin/system-agents/$name/providers/new", params: { name } })
    : linkOptions({ to: "/admin/system-agents/$name/providers/$id", params: { name, id: place.id } });
}

export function ProviderLink({ place, ...props }: { readonly place: ProviderPlace }) {
  return <Link {...props} {...placeOf(use(ProviderOwnerContext), place)} />;
}

// Every page of the web interface as it looks with something in it: for its pictures, and for checks of each page.
// An area with many answers has a file of its own (ui-fixtures-<area>.ts), whose pages are added at the end.
import { AGENT_PAGES } from "./ui-fixtures-agents.ts";
import { CHAT_PAGES } from "./ui-fixtures-chat.ts";
import { FLEET_PAGES } from "./ui-fixtures-fleet.ts";
import { PEOPLE_PAGES } from "./ui-fixtures-people.ts";
import { PROVIDER_PAGES } from "./ui-fixtures-providers.ts";
import { SIGN_IN_PAGES } from "./ui-fixtures-sign-in.ts";
import { CLAIMED, CONNECTED, FRESH, NO_MODEL, SIGNED_IN, SIGNED_OUT, type PageAtRest } from "./ui-fixtures.ts";

const OWN_PAGES: readonly PageAtRest[] = [
  { name: "onboarding-admin", path: "/onboarding", answers: FRESH },
  { name: "onboarding-sign-in", path: "/onboarding?step=signIn", answers: CLAIMED },
  { name: "onboarding-provider", path: "/onboarding?step=provider", answers: CLAIMED },
  { name: "onboarding-agents", path: "/onboarding?step=agents", answers: CLAIMED },
  { name: "onboarding-done", path: "/onboarding?step=finish", answers: CONNECTED },
  { name: "onboarding-no-model", path: "/onboarding?step=finish", answers: NO_MODEL },
  { name: "sign-in", path: "/sign-in", answers: SIGNED_OUT },
  { name: "home", path: "/", answers: SIGNED_IN },
  { name: "why", path: "/agent/why", answers: SIGNED_IN },
  { name: "agent", path: "/settings/agent", answers: SIGNED_IN },
  { name: "keys", path: "/settings/keys", answers: SIGNED_IN },
  { name: "not-found", path: "/settings/nothing", answers: SIGNED_IN },
];

export const PAGES: readonly PageAtRest[] = [
  ...OWN_PAGES,
  ...CHAT_PAGES,
  ...AGENT_PAGES,
  ...PROVIDER_PAGES,
  ...PEOPLE_PAGES,
  ...FLEET_PAGES,
  ...SIGN_IN_PAGES,
];

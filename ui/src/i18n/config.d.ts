// Makes translations typed: a wrong key or a missing argument does not compile.
import type { AllMessages } from "./en/all-messages.ts";

declare module "use-intl" {
  interface AppConfig {
    Messages: AllMessages;
  }
}

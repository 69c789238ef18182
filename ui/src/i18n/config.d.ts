// Makes translations typed: a wrong key or a missing argument does not compile.
import type { Messages as OurMessages } from "./en/messages.ts";

declare module "use-intl" {
  interface AppConfig {
    Messages: OurMessages;
  }
}

// Starts the web interface: client, cache, router, theme, texts.
import "@mantine/core/styles.layer.css";
import "./theme/tokens.css";
import "./theme/global.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiContext } from "./api/api-context.ts";
import { createApiClient } from "./api/client.ts";
import { createQueryClient } from "./api/query-client.ts";
import { listenForSessionEnd, tellOtherTabs } from "./api/session-end.ts";
import { sessionKeys } from "./features/sign-in/session-api.ts";
import { forgetTranscripts } from "./shell/forget-transcripts.ts";
import { LanguageProvider } from "./i18n/language-provider.tsx";
import { createAppRouter } from "./routes.tsx";
import { colorSchemeManager } from "./theme/color-scheme.ts";
import { cssVariables, theme } from "./theme/theme.ts";

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
// Where the library that locks the page behind a dialog looks for the nonce of its style element.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const queryClient = createQueryClient();
const api = createApiClient({ fetch: globalThis.fetch.bind(globalThis), onSessionEnded: () => endSession(true) });
const router = createAppRouter({ api, queryClient });

/** What was read goes. What was written stays where it is kept as a draft: messages, and the personality of the agent. */
function endSession(isFirstToKnow: boolean): void {
  // Told once more, by another answer or by another tab, it would take away what the sign-in page is just reading.
  if (queryClient.getQueryData(sessionKeys.all) === null) return;
  if (isFirstToKnow) tellOtherTabs("expired");
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "onboarding" });
  queryClient.setQueryData(sessionKeys.all, null);
  void router.invalidate();
}
listenForSessionEnd((end) => {
  if (end === "signed-out") forgetTranscripts();
  endSession(false);
});

const container = document.querySelector("#root");
if (container === null) throw new Error("The page has no #root.");
createRoot(container).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ApiContext value={api}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={cssVariables}
          colorSchemeManager={colorSchemeManager}
          defaultColorScheme="auto"
          getStyleNonce={() => nonce}
        >
          <LanguageProvider>
            <RouterProvider router={router} />
          </LanguageProvider>
        </MantineProvider>
      </ApiContext>
    </QueryClientProvider>
  </StrictMode>,
);

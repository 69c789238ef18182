// A conversation as a tab has kept it: an answer with markdown, one that was stopped, and one that did not come.
import { providerTestResultSchema } from "../../../contracts/providers/provider-test.ts";
import { aTestResult } from "../providers/provider-test-results.ts";
import { hold, NOW, SIGNED_IN, uuid, type Answers, type PageAtRest } from "./ui-fixtures.ts";

const CONVERSATION = "3f2a9c1e-77b0";
const at = NOW.getTime() - 600_000;
const message = (number: number, role: "user" | "agent", text: string, more: object = {}) => ({
  ...{ id: uuid(700 + number), role, text, state: "done", at: at + number * 30_000, ...more },
});

const ANSWER = `Three things matter most:

1. **Backups** run every night; the last one took 4 minutes.
2. The *staging* database is 80 % full.
3. Nobody has rotated the mail key since March.

| Volume | Used | Left |
| --- | ---: | ---: |
| staging | 41 GB | 9 GB |
| archive | 112 GB | 388 GB |

\`\`\`sh
du -sh /var/lib/staging | sort -h
\`\`\`

More in [the runbook](https://example.org/runbook).`;

const transcripts = [
  {
    conversationId: CONVERSATION,
    messages: [
      message(1, "user", "What should I look at this week?"),
      message(2, "agent", ANSWER),
      message(3, "user", "Write the ticket for the second one."),
      message(4, "agent", "**Staging database is nearly full.** It grows by about 2 GB a", { state: "stopped" }),
    ],
  },
  {
    conversationId: "main",
    messages: [
      message(5, "user", "Good morning!"),
      message(6, "agent", "", {
        state: "failed",
        failure: { code: "GATEWAY_ERROR", message: "The provider refused the key (401).", requestId: uuid(990) },
      }),
    ],
  },
];
/** What the page asks, to say which key it was. */
const PROVIDER_REFUSES: Answers = {
  [`POST /api/me/providers/${uuid(10)}/test`]: {
    body: hold(providerTestResultSchema, aTestResult({ ok: false, failedStep: "key", reason: "key_refused", status: 401 })),
  },
};
const kept = { "mosaic-transcripts": JSON.stringify({ owner: uuid(1), transcripts }) };

export const CHAT_PAGES: readonly PageAtRest[] = [
  { name: "chat", path: "/chat", answers: SIGNED_IN },
  { name: "chat-conversation", path: `/chat/${CONVERSATION}`, answers: SIGNED_IN, kept },
  { name: "chat-failed", path: "/chat", answers: { ...SIGNED_IN, ...PROVIDER_REFUSES }, kept },
];

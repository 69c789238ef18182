// `mosaic chat`: talk to your agent, one message or a conversation.
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { z } from "zod";
import { conversationIdSchema } from "../../contracts/turns/chat.ts";
import type { ApiClient } from "../http/api-client.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { painter, printable } from "../terminal/printing.ts";
import { readAll } from "../terminal/questions.ts";
import { createProgressLine } from "../terminal/progress-line.ts";
import { askAgent, askRegisteredAgent, type Message, type TurnEvent } from "./chat-turn.ts";
import { contextOf, keyClient, print, type CommandContext } from "../http/command-context.ts";

const EXAMPLES = `
If your agent is not running, it is started, which takes up to a minute.

Examples:
  mosaic chat "What is on my list today?"   one message
  mosaic chat                               a conversation; Ctrl-C stops an answer, Ctrl-D ends it
  git diff | mosaic chat "Review this:" -   the message, then what is piped in
  mosaic chat -c travel "And the hotel?"    continue the conversation "travel"
  mosaic chat --agent scout "What is new?"  ask a registered agent, which remembers only this conversation`;

const optionsSchema = z.object({ conversation: conversationIdSchema.optional(), agent: z.string().optional() });

interface Chat {
  readonly context: CommandContext;
  readonly conversationId: string;
  readonly ask: (said: Said, onEvent: (event: TurnEvent) => void) => Promise<string>;
}

interface Said {
  readonly message: string;
  readonly signal?: AbortSignal;
}

export function addChatCommand(program: Command, io: CliIo): void {
  program
    .command("chat")
    .description("chat with your agent (scope chat:send)")
    .argument("[message...]", "the message; without one, an interactive conversation starts")
    .option("-c, --conversation <id>", "the conversation to continue (default: main)")
    .option("-a, --agent <name>", "a registered agent instead of your own")
    .addHelpText("after", EXAMPLES)
    .action(async (words: string[], options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { conversation: conversationId = "main", agent } = parseOptions(options);
      const api = await keyClient(context);
      const own: Chat["ask"] = (said, onEvent) => askAgent(api, { ...said, conversationId }, onEvent);
      const ask = agent === undefined ? own : withMemory(api, agent);
      const chat: Chat = { context, conversationId: agent ?? conversationId, ask };
      const message = await firstMessage(context, words);
      await (message === null ? converse(chat) : once(chat, message));
    });
}

function parseOptions(options: unknown): z.infer<typeof optionsSchema> {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success && (parsed.data.agent === undefined || parsed.data.conversation === undefined)) return parsed.data;
  if (parsed.success) throw new CliError("--conversation is for your own agent, not with --agent.", { exitCode: EXIT.usage });
  throw new CliError("A conversation name has 1 to 64 letters, digits, - or _.", { exitCode: EXIT.usage });
}

/** A registered agent keeps nothing: each message brings the earlier ones and their answers. */
function withMemory(api: ApiClient, agent: string): Chat["ask"] {
  const past: Message[] = [];
  return async ({ message, ...how }, onEvent) => {
    const messages: Message[] = [...past, { role: "user", content: message }];
    const reply = await askRegisteredAgent(api, { agent, messages, ...how }, onEvent);
    past.splice(0, past.length, ...messages, ...(reply === "" ? [] : [{ role: "assistant", content: reply } as const]));
    return reply;
  };
}

/** The words, with standard input in place of a last `-`; null when a person sits there and said nothing yet. */
async function firstMessage({ io, json }: CommandContext, words: readonly string[]): Promise<string | null> {
  const isPiped = words.length === 0 ? io.stdin.isTTY !== true : words.at(-1) === "-";
  if (words.length === 0 && !isPiped && !json) return null;
  const said = (words.at(-1) === "-" ? words.slice(0, -1) : words).join(" ");
  const message = [said, isPiped ? await readAll(io) : ""].filter((part) => part.trim() !== "").join("\n\n");
  if (message !== "") return message;
  throw new CliError("The message is empty.", { exitCode: EXIT.usage, cure: 'mosaic chat "Hello"' });
}

async function once({ context, conversationId, ask }: Chat, message: string): Promise<void> {
  const { io, json } = context;
  const progress = createProgressLine(io, { quiet: json });
  try {
    const reply = await ask({ message }, (event) => {
      if (event.kind === "progress") return progress.show(event.message, event.elapsedMs);
      progress.clear();
      if (!json) io.stdout.write(printable(event.text));
    });
    print(context, { conversationId, reply }, () => (reply.endsWith("\n") ? "" : "\n"));
  } finally {
    progress.clear();
  }
}

async function converse(chat: Chat): Promise<void> {
  const { io } = chat.context;
  const paint = painter(io, io.stderr);
  io.stderr.write(`${paint("dim", "Ctrl-C stops an answer, Ctrl-D ends the conversation.")}\n`);
  const lines = createInterface({ input: io.stdin, output: io.stderr, prompt: "> " });
  let answer: AbortController | null = null;
  // Without an answer to stop, Ctrl-C means the conversation.
  lines.on("SIGINT", () => (answer === null ? lines.close() : answer.abort()));
  lines.prompt();
  for await (const line of lines) {
    answer = new AbortController();
    if (line.trim() !== "") await oneOf(chat, line, answer.signal);
    answer = null;
    lines.prompt();
  }
}

/** An error ends the answer, not the conversation, unless trying again cannot help. */
async function oneOf(chat: Chat, message: string, signal: AbortSignal): Promise<void> {
  const { io } = chat.context;
  const progress = createProgressLine(io, { quiet: false });
  try {
    await chat.ask({ message, signal }, (event) => {
      if (event.kind === "progress") return progress.show(event.message, event.elapsedMs);
      progress.clear();
      io.stdout.write(printable(event.text));
    });
  } catch (error) {
    if (signal.aborted) io.stderr.write("\n(stopped)");
    else if (error instanceof CliError && error.facts.exitCode === EXIT.unavailable) io.stderr.write(`\n${error.message}`);
    else throw error;
  } finally {
    progress.clear();
  }
  io.stdout.write("\n");
}

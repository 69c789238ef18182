// Parts of an OpenAI request that an agent does not support. They are refused, because OpenClaw would drop them silently.
import type { FieldProblem } from "../../contracts/core/errors.ts";

/** OpenClaw 2026.9.6 takes as many; of an image it takes the bytes, never an address. */
export const CHAT_IMAGES_MAX = 8;
export const CHAT_IMAGE_MAX_BYTES = 10 * 1024 * 1024;
const IMAGE_TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif"];
const ROLES: ReadonlySet<string> = new Set(["system", "developer", "user", "assistant", "tool", "function"]);
/** What an answer can be given to. The result of a tool may be empty. */
const ASKING_ROLES: ReadonlySet<string> = new Set(["user", "tool", "function"]);
const TEXT_PARTS: ReadonlySet<unknown> = new Set(["text", "input_text"]);
const REFUSAL_AS_TEXT = "Send the text of a refusal as content.";
const DATA_URL = /^data:([^,;]*)[^,]*;base64,/i;

export interface ChatInput {
  readonly messages: readonly ChatMessage[];
  readonly [field: string]: unknown;
}

interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly [field: string]: unknown;
}

/** What the model must be able to do beyond text. */
export interface ChatNeeds {
  readonly images: boolean;
  readonly tools: boolean;
}

interface Part {
  readonly path: string;
  readonly type: unknown;
  readonly value: Readonly<Record<string, unknown>>;
}

export function needsOf(input: ChatInput): ChatNeeds {
  const tools = input["tools"];
  return { images: partsOf(input).some(isImage), tools: Array.isArray(tools) && tools.length > 0 };
}

/** Null when every model may get it. */
export function unsupportedInput(input: ChatInput): FieldProblem | null {
  return unsupportedField(input) ?? unsupportedMessage(input) ?? unsupportedPart(partsOf(input)) ?? missingMessage(input);
}

/** Null when a model of these abilities can take it. */
export function beyondModel(needs: ChatNeeds, model: string, abilities: ChatNeeds): FieldProblem | null {
  if (needs.images && !abilities.images)
    return {
      path: "messages",
      message: `Your agent's model ${model} does not support images. Choose one that does, or enable images for it in Settings, Providers.`,
    };
  if (needs.tools && !abilities.tools)
    return {
      path: "tools",
      message: `Your agent's model ${model} does not support tools. Choose one that does, or omit them.`,
    };
  return null;
}

function unsupportedField(input: ChatInput): FieldProblem | null {
  const { n, modalities, logprobs } = input;
  if (n !== undefined && n !== null && n !== 1) return { path: "n", message: "An agent gives one answer per request. Omit n." };
  if (Array.isArray(modalities) && modalities.some((kind) => kind !== "text"))
    return { path: "modalities", message: "An agent answers with text only." };
  if (logprobs === true) return { path: "logprobs", message: "An agent does not return probabilities. Omit logprobs." };
  for (const path of ["functions", "function_call"])
    if (input[path] !== undefined && input[path] !== null) return { path, message: "Use tools and tool_choice instead." };
  return null;
}

function unsupportedMessage({ messages }: ChatInput): FieldProblem | null {
  for (const [index, { role, content, refusal, function_call: call }] of messages.entries()) {
    const path = `messages.${index}`;
    if (!ROLES.has(role)) return { path: `${path}.role`, message: `Use one of these roles: ${[...ROLES].join(", ")}.` };
    if (call !== undefined && call !== null) return { path: `${path}.function_call`, message: "Use tool_calls instead." };
    if (typeof refusal === "string" && refusal !== "") return { path: `${path}.refusal`, message: REFUSAL_AS_TEXT };
    if (!isContent(content)) return { path: `${path}.content`, message: "Send content as text or as a list of parts." };
  }
  return null;
}

/** OpenClaw would drop an empty message and answer an earlier one, or refuse the request in words of its own. */
function missingMessage({ messages }: ChatInput): FieldProblem | null {
  const index = messages.findLastIndex(({ role }) => ASKING_ROLES.has(role));
  const newest = messages[index];
  if (newest === undefined) {
    const isAnswered = messages.some(({ role }) => role === "assistant");
    return isAnswered ? null : { path: "messages", message: "Add a message with the role user." };
  }
  if (newest.role !== "user" || !isBlank(newest.content)) return null;
  return { path: `messages.${index}.content`, message: "This message is empty. Write something in it." };
}

function isBlank(content: unknown): boolean {
  if (!Array.isArray(content)) return typeof content !== "string" || content.trim() === "";
  return content
    .filter(isRecord)
    .every(({ type, text }) => type !== "image_url" && (typeof text !== "string" || text.trim() === ""));
}

function isContent(content: unknown): boolean {
  if (Array.isArray(content)) return content.every(isRecord);
  return content === undefined || content === null || typeof content === "string";
}

function unsupportedPart(parts: readonly Part[]): FieldProblem | null {
  const refusal = parts.find(({ type }) => type === "refusal");
  if (refusal !== undefined) return { path: refusal.path, message: REFUSAL_AS_TEXT };
  const other = parts.find(({ type }) => type !== "image_url" && !TEXT_PARTS.has(type));
  if (other !== undefined)
    return {
      path: other.path,
      message: "An agent accepts only text and images. Put the contents of other files into the text.",
    };
  const empty = parts.find(({ type, value }) => TEXT_PARTS.has(type) && typeof value["text"] !== "string");
  if (empty !== undefined) return { path: `${empty.path}.text`, message: "Put the text of this part here." };
  const images = parts.filter(isImage);
  if (images.length > CHAT_IMAGES_MAX)
    return { path: "messages", message: `An agent accepts at most ${CHAT_IMAGES_MAX} images at a time.` };
  for (const image of images) {
    const message = imageProblem(urlOf(image));
    if (message !== null) return { path: image.path, message };
  }
  return null;
}

function imageProblem(url: string): string | null {
  const [head, type = ""] = DATA_URL.exec(url) ?? [];
  if (head === undefined) return "Send the image itself as data:image/…;base64,…: an agent does not fetch images from a URL.";
  if (!IMAGE_TYPES.includes(type.toLowerCase())) return "Send images as JPEG, PNG, GIF, WebP or HEIC.";
  if ((url.length - head.length) * 0.75 > CHAT_IMAGE_MAX_BYTES) return "An image can be at most 10 MiB.";
  return null;
}

function partsOf({ messages }: ChatInput): Part[] {
  return messages.flatMap(({ content }, message) =>
    Array.isArray(content)
      ? content
          .filter(isRecord)
          .map((value, part) => ({ path: `messages.${message}.content.${part}`, type: value["type"], value }))
      : [],
  );
}

function isImage({ type }: Part): boolean {
  return type === "image_url";
}

function urlOf({ value }: Part): string {
  const image = value["image_url"];
  const url = isRecord(image) ? image["url"] : image;
  return typeof url === "string" ? url : "";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

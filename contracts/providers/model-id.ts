// Which ids of models OpenClaw 2026.9.6 reads as they are written. `provider/name@work` means to it the model `name` with the
// sign-in `work`, unless what follows the @ is a date or a way of quantising; blanks around a name are lost.

const DATE = /^\d{8}(?:@|$)/;
const QUANTISED = /^(?:i?q\d+(?:_[a-z0-9]+)*|\d+bit)(?:@|$)/i;

export const UNREADABLE_MODEL_ID =
  "OpenClaw would use a different model: it reads the part after @ as a sign-in profile and drops surrounding spaces. Rename the model on its server.";

export function isReadableModelId(id: string): boolean {
  if (id.trim() !== id || /[\r\n\t]/.test(id)) return false;
  // After the last slash: before it an @ is a part of the name.
  const name = id.slice(id.lastIndexOf("/") + 1);
  let rest: string | null = afterAt(name);
  if (rest !== null && DATE.test(rest)) rest = afterAt(rest);
  if (rest !== null && QUANTISED.test(rest)) rest = afterAt(rest);
  return rest === null || rest === "";
}

function afterAt(text: string): string | null {
  const at = text.indexOf("@");
  return at < 0 ? null : text.slice(at + 1);
}

// Passwords that are long enough and still among the first that anyone tries.
import { FleetError } from "../../contracts/core/errors.ts";

/** Entries of at least twelve characters from public lists of leaked passwords, in lower case, without separators. */
const COMMON = new Set([
  "passwordpassword",
  "password1234",
  "password12345",
  "password123456",
  "123456789012",
  "1234567890123",
  "12345678901234",
  "123456789012345",
  "1234567890123456",
  "123456123456",
  "123123123123",
  "111111111111",
  "000000000000",
  "qwertyuiop12",
  "qwertyuiop123",
  "qwertyuiopasdf",
  "qwertyuiopasdfghjklzxcvbnm",
  "1q2w3e4r5t6y",
  "1q2w3e4r5t6y7u8i",
  "1qaz2wsx3edc",
  "1qaz2wsx3edc4rfv",
  "q1w2e3r4t5y6",
  "qazwsxedcrfv",
  "abcdefghijkl",
  "abcd12345678",
  "abc123abc123",
  "letmeinletmein",
  "iloveyou1234",
  "adminadminadmin",
  "administrator",
  "administrator1",
  "changemechangeme",
  "welcome12345",
  "welcome123456",
  "correcthorsebatterystaple",
]);

/** @throws FleetError VALIDATION_FAILED on the field of that name. */
export function assertPasswordAllowed(username: string, password: string, field = "password"): void {
  const plain = password.toLowerCase();
  const isOneCharacter = new Set(plain).size === 1;
  const isTheName = plain.replaceAll(username.toLowerCase(), "").length < 6;
  if (!COMMON.has(plain.replaceAll(/[\s._-]/g, "")) && !isOneCharacter && !isTheName) return;
  const message = "This password is too easy to guess. Choose another one.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: field, message }] });
}

// User name and password of an account that signs in here, without an identity provider.
import { z } from "zod";

export const usernameSchema = z
  .string()
  .trim()
  .regex(/^[a-zA-Z0-9._@-]{1,64}$/, "Use 1 to 64 letters, digits or . _ @ -");
/** Length by code points; 1,024 keeps hashing cheap. */
export const passwordSchema = z.string().min(12, "Use at least 12 characters.").max(1024);

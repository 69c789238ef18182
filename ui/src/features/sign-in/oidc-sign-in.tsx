// Sign-in with the identity provider; local accounts are one click away, and shown automatically if the provider is down.
import { Button, Collapse, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { startOidcSignIn } from "./oidc-api.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";

export interface OidcSignInProps {
  readonly displayName: string;
  readonly returnTo: string;
  /** The form for local accounts. */
  readonly children: ReactNode;
}

export function OidcSignIn({ displayName, returnTo, children }: OidcSignInProps) {
  const t = useTranslations("signIn");
  const api = useApi();
  const [isOpen, setOpen] = useState(false);
  const leaving = useMutation({
    mutationFn: () => startOidcSignIn(api, { returnTo }),
    onSuccess: (url) => globalThis.location.assign(url),
    onError: () => setOpen(true),
  });
  return (
    <Stack>
      {/* It stays busy while the browser goes away. */}
      <Button loading={leaving.isPending || leaving.isSuccess} onClick={() => leaving.mutate()} fullWidth>
        {t("oidc", { name: displayName })}
      </Button>
      {leaving.isError ? <ErrorNotice error={leaving.error} /> : null}
      <Button variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t("or")}
      </Button>
      <Collapse expanded={isOpen}>{children}</Collapse>
    </Stack>
  );
}

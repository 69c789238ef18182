// The test sign-in: begins it in a window of its own, and shows what the provider said and what that would lead to.
import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslations } from "use-intl";
import type { OidcConfigView, OidcTestResult } from "../../../../contracts/sign-in/oidc.ts";
import { useApi } from "../../api/api-context.ts";
import { oidcKeys, startOidcTest } from "./oidc-api.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { Fact, Facts } from "../../components/facts.tsx";
import { NotGiven } from "../../components/not-given.tsx";
import { useTestEnd, type OidcTestEnd } from "./test-channel.ts";

const WINDOW = "popup,width=520,height=720";

export interface TestPanelProps {
  readonly candidate: NonNullable<OidcConfigView["candidate"]>;
  /** The form says something else by now. */
  readonly isStale: boolean;
}

export function TestPanel({ candidate, isStale }: TestPanelProps) {
  const t = useTranslations("signInMethod");
  const { test } = candidate;
  const { starting, failure, begin } = useTest();
  return (
    <Stack>
      <div>
        <Title order={3} size="h4">
          {t("testTitle")}
        </Title>
        <Text c="dimmed">{isStale ? t("testDirty") : t("testText")}</Text>
      </div>
      {failure === null || test !== null ? null : <TestFailure end={failure} />}
      {test === null ? null : <Notice tone="good">{t("testPassed")}</Notice>}
      {test === null ? null : <TestResult test={test} candidate={candidate} />}
      {starting.isError ? <ErrorNotice error={starting.error} /> : null}
      <Group>
        <Button variant={test === null ? "filled" : "default"} loading={starting.isPending} disabled={isStale} onClick={begin}>
          {test === null && failure === null ? t("test") : t("testAgain")}
        </Button>
        {starting.data === undefined || failure !== null || test !== null ? null : <Waiting {...starting.data} />}
      </Group>
    </Stack>
  );
}

interface Opened {
  readonly url: string;
  readonly isOpen: boolean;
}

function useTest() {
  const api = useApi();
  const queryClient = useQueryClient();
  const [failure, setFailure] = useState<Extract<OidcTestEnd, { passed: false }> | null>(null);
  const onEnd = useCallback(
    (end: OidcTestEnd) => {
      setFailure(end.passed ? null : end);
      void queryClient.invalidateQueries({ queryKey: oidcKeys.config });
    },
    [queryClient],
  );
  useTestEnd(onEnd);
  const starting = useMutation({
    mutationFn: async (): Promise<Opened> => {
      const url = await startOidcTest(api);
      return { url, isOpen: globalThis.open(url, "_blank", WINDOW) !== null };
    },
  });
  const begin = (): void => {
    setFailure(null);
    starting.mutate();
  };
  return { starting, failure, begin };
}

/** A browser may block a window that a script opens, but never a link that the user follows. */
function Waiting({ url, isOpen }: Opened) {
  const t = useTranslations("signInMethod");
  if (!isOpen)
    return (
      <Anchor href={url} target="_blank" rel="noopener">
        {t("testOpen")}
      </Anchor>
    );
  return (
    <Text c="dimmed" role="status">
      {t("testWaiting")}
    </Text>
  );
}

function TestFailure({ end }: { readonly end: Extract<OidcTestEnd, { passed: false }> }) {
  const t = useTranslations("signInMethod");
  const reasons = useTranslations("oidcRejections");
  return (
    <Notice tone="danger">
      <Text>{t("testFailed")}</Text>
      {end.reason === null ? null : <Text>{reasons(end.reason)}</Text>}
    </Notice>
  );
}

function TestResult({ test, candidate }: { readonly test: OidcTestResult } & Pick<TestPanelProps, "candidate">) {
  const t = useTranslations("signInMethod");
  const roles = useTranslations("roles");
  const { subject, email, emailVerified, name, groups, groupsGiven, mayJoin, systemRole } = test;
  const mail = email === null ? t("noEmail") : t(wordOn(emailVerified, candidate), { email });
  return (
    <>
      <Facts>
        <Fact label={t("subject")}>{subject}</Fact>
        <Fact label={t("name")}>{name ?? <NotGiven />}</Fact>
        <Fact label={t("email")}>{mail}</Fact>
        <Fact label={t("groups")}>
          {groups.length === 0 ? t(GROUPS_MISSING[groupsGiven], { claim: candidate.groupsClaim }) : groups.join(", ")}
        </Fact>
      </Facts>
      <div>
        <Title order={4} size="h5">
          {t("dryRun")}
        </Title>
        <Text>{mayJoin ? t("wouldJoin") : t("wouldNotJoin")}</Text>
        <Text>{t("wouldBe", { role: roles(systemRole) })}</Text>
        {candidate.adminGroups.length === 0 ? <Text c="dimmed">{t("keptRole")}</Text> : null}
      </div>
    </>
  );
}

const GROUPS_MISSING = { given: "noGroups", absent: "groupsAbsent", elsewhere: "groupsElsewhere" } as const;

function wordOn(emailVerified: boolean | null, { assumesEmailVerified }: TestPanelProps["candidate"]) {
  if (emailVerified !== null) return emailVerified ? "verified" : "unverified";
  return assumesEmailVerified ? "assumedVerified" : "verificationUnsaid";
}

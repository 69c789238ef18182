// What a key may be used for. An agent is given as little as possible; what it needs is added.
import { Button, Checkbox, Stack } from "@mantine/core";
import { useTranslations } from "use-intl";
import { AGENT_SCOPES, LEAST_AGENT_SCOPES, OFFERED_AGENT_SCOPES, type AgentScope } from "../../../../contracts/agents/facts.ts";

export interface ScopeChecksProps {
  readonly value: readonly string[];
  readonly onChange: (scopes: string[]) => void;
  readonly error?: string | undefined;
}

export function ScopeChecks({ value, onChange, error }: ScopeChecksProps) {
  const t = useTranslations("ownAgents");
  // What a key has stays to be seen, also if it is not offered.
  const shown = allScopes().filter((scope) => OFFERED_AGENT_SCOPES.includes(scope) || value.includes(scope));
  return (
    <Checkbox.Group label={t("scopes")} description={t("scopesHint")} value={[...value]} onChange={onChange} error={error}>
      <Stack gap="xs" mt="xs">
        {shown.map((scope) => (
          <Checkbox key={scope} value={scope} label={t(`scope.${scope}`)} />
        ))}
        <div>
          <Button variant="subtle" size="compact-sm" onClick={() => onChange([...LEAST_AGENT_SCOPES])}>
            {t("scopesLeast")}
          </Button>
        </div>
      </Stack>
    </Checkbox.Group>
  );
}

/** Their words, in one line. */
export function ScopeWords({ scopes }: { readonly scopes: readonly AgentScope[] }) {
  const t = useTranslations("ownAgents");
  return scopes.map((scope) => t(`scope.${scope}`)).join(" · ");
}

const isScope = (text: string): text is AgentScope => Object.hasOwn(AGENT_SCOPES, text);
const allScopes = (): readonly AgentScope[] => Object.keys(AGENT_SCOPES).filter(isScope);
export const onlyScopes = (texts: readonly string[]): AgentScope[] => texts.filter(isScope);

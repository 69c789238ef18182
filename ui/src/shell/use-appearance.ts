// Language and colours. What is chosen counts in this browser at once; for someone who is signed in it is kept with their
// account too, and comes back with them wherever they sign in.
import { useMantineColorScheme } from "@mantine/core";
import { useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Preferences } from "../../../contracts/people/account.ts";
import { accountKeys, preferencesKey, profileQuery, updateProfile } from "../features/people/account-api.ts";
import { useApi } from "../api/api-context.ts";
import { onboardingQuery } from "../features/installation/onboarding-api.ts";
import { sessionQuery } from "../features/sign-in/session-api.ts";
import { useLanguage } from "../i18n/language-provider.tsx";
import type { Language } from "../i18n/language.ts";
import type { COLOR_SCHEMES } from "../theme/color-scheme.ts";

type ColorScheme = (typeof COLOR_SCHEMES)[number];

export interface Appearance {
  readonly language: Language;
  readonly colorScheme: ColorScheme;
  readonly chooseLanguage: (language: Language) => void;
  readonly chooseScheme: (scheme: ColorScheme) => void;
}

export function useAppearance(): Appearance {
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const keep = useKeeping();
  return {
    language,
    colorScheme,
    chooseLanguage: (wanted) => {
      choose(wanted);
      keep({ language: wanted });
    },
    chooseScheme: (wanted) => {
      setColorScheme(wanted);
      keep({ colourScheme: wanted === "auto" ? "system" : wanted });
    },
  };
}

/** One after the other, so that the last choice is the one that stays. Before sign-in, and in the set-up, nothing is sent. */
function useKeeping(): (preferences: Preferences) => void {
  const api = useApi();
  const queryClient = useQueryClient();
  const keeping = useMutation({
    mutationKey: preferencesKey,
    scope: { id: "preferences" },
    mutationFn: (preferences: Preferences) => updateProfile(api, { preferences }),
    // By then someone else may be signed in.
    onSuccess: (profile) =>
      queryClient.setQueryData(profileQuery(api).queryKey, (before) => (before?.id === profile.id ? profile : before)),
    onError: () => queryClient.invalidateQueries({ queryKey: accountKeys.profile }),
  });
  return (preferences) => {
    const session = queryClient.getQueryData(sessionQuery(api).queryKey) ?? null;
    const isSetUp = queryClient.getQueryData(onboardingQuery(api).queryKey)?.completed === true;
    if (session !== null && isSetUp) keeping.mutate(preferences);
  };
}

/** The last change did not reach the account. */
export function useIsUnsaved(): boolean {
  const states = useMutationState({ filters: { mutationKey: preferencesKey }, select: ({ state }) => state.status });
  return states.at(-1) === "error";
}

/** Once after each sign-in and each load: what the account says goes before what this browser had. Absent: never chosen. */
export function useKeptAppearance(): void {
  const profile = useQuery(profileQuery(useApi())).data;
  const queryClient = useQueryClient();
  const { choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const appliedFor = useRef<string>(null);
  useEffect(() => {
    if (profile === undefined || appliedFor.current === profile.id) return;
    appliedFor.current = profile.id;
    // Someone was faster than the account's answer: what they have chosen is newer.
    if (queryClient.getMutationCache().find({ mutationKey: preferencesKey }) !== undefined) return;
    const { language, colourScheme } = profile.preferences;
    if (language !== undefined) choose(language);
    if (colourScheme !== undefined) setColorScheme(colourScheme === "system" ? "auto" : colourScheme);
  }, [profile, queryClient, choose, setColorScheme]);
}

// The payload of a new credential: written, or taken from a file, which is named and not shown.
import { Button, FileButton, Group, Input, Stack, Text, Textarea } from "@mantine/core";
import IconFileUpload from "@tabler/icons-react/dist/esm/icons/IconFileUpload.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { CredentialForm } from "./add-credential.tsx";

const KB = 1_000;
const MONOSPACE = { input: { fontFamily: "var(--mantine-font-family-monospace)" } } as const;

interface FieldProps {
  readonly form: CredentialForm;
}

export function PayloadField({ form }: FieldProps) {
  const [file, setFile] = useState<File | null>(null);
  const drop = (): void => {
    setFile(null);
    form.setFieldValue("payload", "");
  };
  return file === null ? <Written form={form} onFile={setFile} /> : <Taken form={form} file={file} onDrop={drop} />;
}

function Written({ form, onFile }: FieldProps & { readonly onFile: (file: File) => void }) {
  const t = useTranslations("addCredential");
  const take = async (file: File | null): Promise<void> => {
    if (file === null) return;
    try {
      form.setFieldValue("payload", await file.text());
      onFile(file);
    } catch {
      // The file went away, or may not be read: nothing of it is kept.
      form.setFieldError("payload", t("unreadable"));
    }
  };
  return (
    <Stack gap="xs" align="stretch">
      <Textarea
        label={t("payload")}
        description={t("payloadHint")}
        autosize
        minRows={4}
        maxRows={12}
        spellCheck={false}
        autoComplete="off"
        styles={MONOSPACE}
        {...form.getInputProps("payload")}
      />
      <FileButton accept="application/json,.json" onChange={(file) => void take(file)}>
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileUpload size={18} aria-hidden />} mr="auto">
            {t("file")}
          </Button>
        )}
      </FileButton>
    </Stack>
  );
}

interface TakenProps extends FieldProps {
  readonly file: File;
  readonly onDrop: () => void;
}

function Taken({ form, file: { name, size }, onDrop }: TakenProps) {
  const t = useTranslations("addCredential");
  return (
    <Input.Wrapper label={t("payload")} labelElement="div" error={form.errors["payload"]}>
      <Group gap="sm" mt={4}>
        <Text>{t("fileName", { name, kb: Math.max(1, Math.round(size / KB)) })}</Text>
        <Button variant="default" onClick={onDrop}>
          {t("removeFile")}
        </Button>
      </Group>
    </Input.Wrapper>
  );
}

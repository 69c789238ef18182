// A form beside what is saved, when either of them changes.
import { useForm } from "@mantine/form";
import { act, renderHook } from "@testing-library/react";
import { useSavedValues } from "./use-saved-values.ts";

interface Values {
  readonly name: string;
}

function begin(saved: string, written = saved) {
  const { result, rerender } = renderHook(
    ({ name }: Values) => {
      const form = useForm<Values>({ initialValues: { name: written } });
      return { form, ...useSavedValues(form, { name }) };
    },
    { initialProps: { name: saved } },
  );
  return {
    write: (name: string) => act(() => result.current.form.setFieldValue("name", name)),
    save: (name: string) => rerender({ name }),
    settle: (sent: string, stored: string) => act(() => result.current.settle({ name: sent }, { name: stored })),
    load: () => act(() => result.current.load()),
    get: () => {
      const { form, base, isDirty, isOutdated } = result.current;
      return { name: form.values.name, base: base.name, isDirty, isOutdated };
    },
  };
}

test("a form without changes follows what is saved", () => {
  const { save, get } = begin("old");
  save("new");
  expect(get()).toEqual({ name: "new", base: "new", isDirty: false, isOutdated: false });
});

test("what is being written stays when something else is saved, until it is dropped", () => {
  const { write, save, load, get } = begin("old");
  write("mine");
  save("new");
  expect(get()).toEqual({ name: "mine", base: "old", isDirty: true, isOutdated: true });
  load();
  expect(get()).toEqual({ name: "new", base: "new", isDirty: false, isOutdated: false });
});

test("the same change here and elsewhere is nothing to choose about", () => {
  const { write, save, get } = begin("old");
  write("new");
  save("new");
  expect(get()).toEqual({ name: "new", base: "new", isDirty: false, isOutdated: false });
});

test("after saving, the form shows the stored values", () => {
  const { write, settle, save, get } = begin("old");
  write(" mine ");
  settle(" mine ", "mine");
  save("mine");
  expect(get()).toEqual({ name: "mine", base: "mine", isDirty: false, isOutdated: false });
});

test("what was written while the save was under way stays, and was changed by nobody else", () => {
  const { write, settle, save, get } = begin("old");
  write("mine and more");
  settle("mine", "mine");
  save("mine");
  expect(get()).toEqual({ name: "mine and more", base: "mine", isDirty: true, isOutdated: false });
});

test("a form that begins with a draft has a change", () => {
  const { get } = begin("old", "draft");
  expect(get()).toEqual({ name: "draft", base: "old", isDirty: true, isOutdated: false });
});

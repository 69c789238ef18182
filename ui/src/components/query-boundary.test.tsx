// What stands where the content would be, for as long as it cannot be read.
import { act, fireEvent, screen } from "@testing-library/react";
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { show } from "../../testing/show.tsx";
import { QueryBoundary } from "./query-boundary.tsx";

const KEY = ["list"];

interface Question {
  resolve(text: string): void;
  reject(error: Error): void;
}

/** They are answered when the test wants it. */
function createQuestions() {
  const open: Question[] = [];
  const ask = (): Promise<string> => new Promise((resolve, reject) => void open.push({ resolve, reject }));
  const next = (): Question => {
    const question = open.shift();
    if (question === undefined) throw new Error("Nothing was asked.");
    return question;
  };
  return { ask, next };
}

const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
const questions = createQuestions();

function Example() {
  const query = useQuery({ queryKey: KEY, queryFn: questions.ask });
  return (
    <>
      <output>{query.fetchStatus}</output>
      <QueryBoundary query={query} isPolled skeleton={<p>reading</p>}>
        {(data) => <p>{data}</p>}
      </QueryBoundary>
    </>
  );
}

const notice = () => screen.queryByRole("button", { name: "Try again" });
/** As a list does that is refreshed every few seconds. */
const askAgain = () => act(async () => void queryClient.refetchQueries({ queryKey: KEY }));
const fail = () => act(async () => questions.next().reject(new Error("away")));

test("a failure stays during an automatic refresh, and is cleared by a retry or an answer", async () => {
  show(
    <QueryClientProvider client={queryClient}>
      <Example />
    </QueryClientProvider>,
  );
  expect(screen.getByText("reading")).not.toBeNull();
  await fail();
  expect(await screen.findByRole("button", { name: "Try again" })).not.toBeNull();

  await askAgain();
  expect(await screen.findByText("fetching")).not.toBeNull();
  expect(notice()).not.toBeNull();
  await fail();
  expect(await screen.findByText("idle")).not.toBeNull();
  expect(notice()).not.toBeNull();

  fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
  expect(await screen.findByText("reading")).not.toBeNull();
  expect(notice()).toBeNull();
  await fail();
  expect(await screen.findByRole("button", { name: "Try again" })).not.toBeNull();

  await askAgain();
  await act(async () => questions.next().resolve("the list"));
  expect(await screen.findByText("the list")).not.toBeNull();
  expect(notice()).toBeNull();
});

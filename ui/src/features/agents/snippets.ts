// Programs that sign in as an agent and send it a message, for one installation. They need nothing that is not on the machine
// anyway, and take the key from the environment, so that it is in no file and in no list of processes.

/** Where the programs look for the key. */
export const KEY_VARIABLE = "MOSAIC_AGENT_KEY";

export const SNIPPET_LANGUAGES = ["curl", "javascript", "python"] as const;
export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number];
export const SNIPPET_NAMES: Readonly<Record<SnippetLanguage, string>> = {
  curl: "curl",
  javascript: "JavaScript",
  python: "Python",
};

/** `origin`: of the installation, such as https://fleet.example.org. */
export function snippetOf(language: SnippetLanguage, origin: string): string {
  const url = `${origin}/v1/chat/completions`;
  switch (language) {
    case "curl":
      return `curl -sS ${url} \\
  -H "Authorization: Agent $${KEY_VARIABLE}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "openclaw", "messages": [{"role": "user", "content": "Hello"}]}'`;
    case "javascript":
      return `const response = await fetch("${url}", {
  method: "POST",
  headers: {
    Authorization: \`Agent \${process.env.${KEY_VARIABLE}}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({ model: "openclaw", messages: [{ role: "user", content: "Hello" }] }),
});
if (!response.ok) throw new Error(await response.text());
console.log((await response.json()).choices[0].message.content);`;
    case "python":
      return `import json, os, urllib.request

body = {"model": "openclaw", "messages": [{"role": "user", "content": "Hello"}]}
request = urllib.request.Request(
    "${url}",
    data=json.dumps(body).encode(),
    headers={
        "Authorization": "Agent " + os.environ["${KEY_VARIABLE}"],
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as response:
    print(json.load(response)["choices"][0]["message"]["content"])`;
  }
}

/** Reads the key without showing it, and without leaving it in the shell's history. */
export const READ_KEY = `read -rs ${KEY_VARIABLE} && export ${KEY_VARIABLE}`;

/** Says who calls, and with which permissions. */
export const whoAmI = (origin: string): string => `curl -sS ${origin}/agent/me -H "Authorization: Agent $${KEY_VARIABLE}"`;

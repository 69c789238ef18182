// The HTML of the page at `/`. Everything in it is ours: nothing a caller sent is shown.

export interface HomeFacts {
  readonly completed: boolean;
  readonly adminCreated: boolean;
  readonly version: string;
  /** Lets the page's own style pass its content security policy. */
  readonly nonce: string;
}

export function homePage(facts: HomeFacts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mosaic Fleet</title>
<style nonce="${facts.nonce}">
body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
code { background: #8882; padding: .1em .3em; border-radius: .2em; }
</style>
</head>
<body>
<h1>Mosaic Fleet ${facts.version}</h1>
<p>${onboardingText(facts)}</p>
<ul>
<li><a href="/openapi.json">Description of the API</a> (OpenAPI)</li>
<li><a href="/readyz">State of the parts</a>, <a href="/metrics">metrics</a></li>
<li>Chat: <code>POST /api/chat</code>, or any OpenAI client with the base URL <code>/v1</code> and a personal API key</li>
<li>Temporal UI: its address stands in the start-up output</li>
</ul>
</body>
</html>
`;
}

function onboardingText({ completed, adminCreated }: HomeFacts): string {
  if (completed) return "This installation is set up.";
  if (adminCreated) return "The first administrator exists; the set-up is not finished yet.";
  return "This installation is not set up yet. The start-up output shows the set-up token for <code>POST /api/onboarding/breakglass</code>.";
}

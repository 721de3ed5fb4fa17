// The official TypeScript SDK's shortest program.

import { query } from "../../typescript/node_modules/@anthropic-ai/claude-agent-sdk/sdk.mjs";
import { tell } from "./cost.mjs";

const options = { pathToClaudeCodeExecutable: process.argv[2] };
for await (const message of query({ prompt: "hello", options })) {
  if (message.type === "result") {
    console.log(message.result);
    tell();
  }
}

// The official TypeScript SDK, imported.

import "../../typescript/node_modules/@anthropic-ai/claude-agent-sdk/sdk.mjs";
import { tell } from "./cost.mjs";

tell();

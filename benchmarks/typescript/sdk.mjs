// The official TypeScript SDK in streaming input mode: one query, many prompts.

import { dirname } from "node:path";

// The job: what `benchmarks.worker` gives the Python sides.
export const job = JSON.parse(process.argv[2]);

// Neither the SDK nor its child shall look into anybody's settings.
process.env.HOME = process.env.CLAUDE_CONFIG_DIR = dirname(job.cli);
export const { query } = await import("@anthropic-ai/claude-agent-sdk");

export class Client {
  #waiting = [];
  #wake = () => {};
  #open = true;
  #messages;

  constructor(cli) {
    const options = {
      pathToClaudeCodeExecutable: cli,
      includePartialMessages: true,
      env: { ...process.env },
    };
    this.#messages = query({ prompt: this.#prompts(), options });
  }

  // Sends a prompt and yields what comes, its result last.
  async *ask(prompt) {
    this.#waiting.push(prompt);
    this.#wake();
    while (true) {
      const { value, done } = await this.#messages.next();
      if (done) throw new Error("the CLI ended before its result");
      yield value;
      if (value.type === "result") return;
    }
  }

  // Ends the input, and with it the process.
  async close() {
    this.#open = false;
    this.#wake();
    while (!(await this.#messages.next()).done);
  }

  async *#prompts() {
    while (this.#open) {
      while (this.#waiting.length > 0) {
        const content = this.#waiting.shift();
        yield { type: "user", message: { role: "user", content }, parent_tool_use_id: null };
      }
      if (this.#open) await new Promise((resolve) => (this.#wake = resolve));
    }
  }
}

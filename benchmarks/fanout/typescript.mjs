// The official TypeScript SDK: a `query()` for each prompt, all begun at once.

import { Meter } from "../typescript/meter.mjs";
import { job, query } from "../typescript/sdk.mjs";

const options = {
  pathToClaudeCodeExecutable: job.cli,
  env: { ...process.env, ...job.environment },
};
const ANSWER = "done";

let running = 0;
const waiting = [];

// Runs `work` when fewer than `width` others do.
async function inTurn(work) {
  while (running >= job.width) await new Promise((resolve) => waiting.push(resolve));
  running += 1;
  try {
    await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function ask(prompt) {
  let answer = null;
  for await (const message of query({ prompt, options })) {
    if (message.type === "result") answer = message.result;
  }
  return answer;
}

let answers = 0;
const errors = [];

async function count(number) {
  try {
    const answer = await ask(`question ${number}`);
    if (answer !== ANSWER) throw new Error(`answered ${answer}`);
    answers += 1;
  } catch (error) {
    errors.push(String(error).slice(0, 300));
  }
}

await ask("warm up");
const meter = new Meter();
const before = meter.resident;
await Promise.all(Array.from({ length: job.count }, (_, number) => inTurn(() => count(number))));
console.log(
  JSON.stringify({
    ...meter.reading(),
    answers,
    errors: errors.length,
    said: [...new Set(errors)].slice(0, 3),
    helper_cpu_seconds: 0,
    helper_rss_before_bytes: 0,
    rss_before_bytes: before,
  }),
);

// The official TypeScript SDK: `query()`, so many at a time.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Meter } from "../typescript/meter.mjs";
import { query } from "../typescript/node_modules/@anthropic-ai/claude-agent-sdk/sdk.mjs";

const { cli, env, cwd, prompts, at_once } = JSON.parse(process.argv[2]);
const options = {
  pathToClaudeCodeExecutable: cli,
  env: { ...env, CLAUDE_CODE_MAX_RETRIES: "0" },
  cwd,
  tools: [],
  settingSources: [],
  strictMcpConfig: true,
};
const TICKS = 100; // USER_HZ, the same on every Linux

async function ask(prompt) {
  let answer = "";
  for await (const message of query({ prompt, options })) {
    if (message.type === "result") answer = message.result ?? "";
  }
  return answer;
}

async function askAll() {
  const answers = new Array(prompts.length);
  let next = 0;
  const lane = async () => {
    while (next < prompts.length) {
      const number = next++;
      answers[number] = await ask(prompts[number]);
    }
  };
  await Promise.all(Array.from({ length: at_once }, lane));
  while (children() > 0) await sleep(2);
  return answers;
}

// Node counts its own processor time only: the kernel knows that of the children that ended.
function childrenCpuSeconds() {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ").pop().split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

function children() {
  const lists = readdirSync("/proc/self/task").map((task) => `/proc/self/task/${task}/children`);
  return lists.filter(existsSync).filter((list) => readFileSync(list, "utf8").trim()).length;
}

const meter = new Meter();
const answers = await askAll();
const reading = meter.reading();
const agents_cpu_seconds = childrenCpuSeconds();
console.log(JSON.stringify({ answers, helper_cpu_seconds: 0, agents_cpu_seconds, ...reading }));

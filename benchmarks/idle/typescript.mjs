// The official TypeScript SDK: queries in streaming input mode whose handshake was answered.

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { Meter } from "../typescript/meter.mjs";
import { job, query } from "../typescript/sdk.mjs";

const options = {
  pathToClaudeCodeExecutable: job.cli,
  env: { ...process.env, ...job.environment },
};

function resident() {
  return process.memoryUsage().rss;
}

function descriptors() {
  return readdirSync("/proc/self/fd").length;
}

function threads() {
  return readdirSync("/proc/self/task").length;
}

let end;
const ended = new Promise((resolve) => (end = resolve));

async function* nothing() {
  await ended;
}

const before = { rss: resident(), descriptors: descriptors() };
const sessions = [];
for (let number = 0; number < job.count; number += 1) {
  const session = query({ prompt: nothing(), options });
  await session.initializationResult();
  sessions.push(session);
}
const meter = new Meter();
await sleep(job.seconds * 1000);
const reading = {
  ...meter.reading(),
  alive: readFileSync(`/proc/self/task/${process.pid}/children`, "ascii").trim().split(" ").length,
  helper_cpu_seconds: 0,
  open_rss_bytes: resident() - before.rss,
  helper_rss_bytes: 0,
  threads: threads(),
  descriptors: descriptors() - before.descriptors,
};
end();
for (const session of sessions) session.close();
console.log(JSON.stringify(reading));
process.exit();

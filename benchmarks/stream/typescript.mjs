// The official TypeScript SDK: one flood.

import { Meter } from "../typescript/meter.mjs";
import { Client, job } from "../typescript/sdk.mjs";

const client = new Client(job.cli);
for await (const _ of client.ask("hello"));
let frames = 0;
let characters = 0;
const meter = new Meter();
for await (const message of client.ask("flood")) {
  if (message.type === "stream_event") {
    frames += 1;
    characters += message.event.delta.text.length;
  }
}
const reading = meter.reading();
await client.close();
console.log(JSON.stringify({ frames, characters, ...reading }));

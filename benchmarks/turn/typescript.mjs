// The official TypeScript SDK: one turn after the other.

import { Meter, quantiles } from "../typescript/meter.mjs";
import { Client, job } from "../typescript/sdk.mjs";

const WARM_UP = 20;

class Tally {
  frames = 0;
  characters = 0;
  late = [];

  see(event) {
    this.frames += 1;
    if (event.type !== "content_block_delta") return;
    const { text } = event.delta;
    this.late.push(Number(process.hrtime.bigint() - BigInt(text)));
    this.characters += text.length;
  }
}

async function take(tally) {
  for await (const message of client.ask(job.prompt)) {
    if (message.type === "stream_event") tally.see(message.event);
  }
}

const client = new Client(job.cli);
for (let i = 0; i < WARM_UP; i += 1) await take(new Tally());
const tally = new Tally();
const meter = new Meter();
for (let i = 0; i < job.turns; i += 1) await take(tally);
const reading = meter.reading();
await client.close();
console.log(JSON.stringify({ ...tally, late: quantiles(tally.late), ...reading }));

// The official TypeScript SDK: a query per session.

import { Meter, quantiles } from "../typescript/meter.mjs";
import { Client, job } from "../typescript/sdk.mjs";

const LOOKED_AT = 17;
const DIGITS = 20;

class Tally {
  frames = 0;
  characters = 0;
  seen = [];

  see(text) {
    if (this.frames % LOOKED_AT === 0) this.seen.push([text, process.hrtime.bigint()]);
    this.frames += 1;
    this.characters += text.length;
  }

  stop() {
    this.end = process.hrtime.bigint();
  }

  // As tally.py says.
  reading() {
    const moments = this.seen.map(([text, seen]) => ({
      due: BigInt(text.slice(0, DIGITS)),
      written: BigInt(text.slice(DIGITS)),
      seen,
    }));
    const first = moments.reduce((least, { due }) => (due < least ? due : least), moments[0].due);
    return {
      frames: this.frames,
      characters: this.characters,
      seconds: Number(this.end - first) / 1e9,
      late: quantiles(moments.map(({ due, seen }) => Number(seen - due))),
      written: quantiles(moments.map(({ due, written }) => Number(written - due))),
    };
  }
}

async function take(client, prompt, tally) {
  for await (const message of client.ask(prompt)) {
    if (message.type === "stream_event") tally.see(message.event.delta.text);
  }
  tally.stop();
}

const clients = Array.from({ length: job.sessions }, () => new Client(job.cli));
await Promise.all(clients.map((client) => take(client, "hello", new Tally())));
const tally = new Tally();
const meter = new Meter();
await Promise.all(clients.map((client) => take(client, "paced", tally)));
const reading = meter.reading();
await Promise.all(clients.map((client) => client.close()));
console.log(JSON.stringify({ ...tally.reading(), ...reading }));

// Measures one section of this process, as benchmarks/meter.py does for Python.

import { readFileSync, writeFileSync } from "node:fs";

const RESET_PEAK = "5"; // proc(5), clear_refs

export class Meter {
  constructor() {
    try {
      writeFileSync("/proc/self/clear_refs", RESET_PEAK);
    } catch {
      // elsewhere the peak is that of the process so far
    }
    this.resident = resident("VmRSS");
    this.cpu = process.cpuUsage();
    this.start = process.hrtime.bigint();
  }

  // Ends the section and returns what was measured.
  reading() {
    const wall = Number(process.hrtime.bigint() - this.start) / 1e9;
    const { user, system } = process.cpuUsage(this.cpu);
    const peak = resident("VmHWM");
    return {
      wall_seconds: wall,
      cpu_seconds: (user + system) / 1e6,
      peak_rss_bytes: peak,
      grown_bytes: Math.max(0, peak - this.resident),
    };
  }
}

// The median, the 99th percentile and the largest, in seconds.
export function quantiles(nanoseconds) {
  const sorted = Float64Array.from(nanoseconds).sort();
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    const high = Math.min(low + 1, sorted.length - 1);
    return (sorted[low] + (place - low) * (sorted[high] - sorted[low])) / 1e9;
  };
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function resident(field) {
  try {
    const status = readFileSync("/proc/self/status", "ascii");
    return Number(status.match(new RegExp(`^${field}:\\s*(\\d+)`, "m"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

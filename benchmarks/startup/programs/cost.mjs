// Tells what this process has cost so far, in one line of JSON.

export function tell() {
  const { user, system } = process.cpuUsage();
  const { maxRSS } = process.resourceUsage();
  const cost = { cpu_seconds: (user + system) / 1e6, modules: 0, peak_rss_bytes: maxRSS * 1024 };
  console.log(JSON.stringify(cost));
}

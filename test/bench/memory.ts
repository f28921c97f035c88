/** How much memory the workers below this process take. */
import { execFileSync } from "node:child_process";

/** The memory that the largest workerd below this process holds now, in MB. */
export function workerdRss(): number {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss=,comm="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/));
  const ours = new Set([String(process.pid)]);
  for (let before = 0; before !== ours.size; ) {
    before = ours.size;
    for (const [pid, parent] of rows) if (pid && parent && ours.has(parent)) ours.add(pid);
  }
  const sizes = rows.filter(([pid, , , name]) => ours.has(pid ?? "") && name?.startsWith("workerd"));
  return Math.max(0, ...sizes.map(([, , rss]) => Number(rss) / 1024));
}

/** npm run reset: empties the local data. */
import { rm } from "node:fs/promises";
import { stateDir } from "./config.ts";

await rm(stateDir, { recursive: true, force: true });
console.log(`Emptied ${stateDir}. The next npm start begins afresh.`);

import { systemChance } from "./platform/runtime.ts";
import { createWorker } from "./worker.ts";

export default createWorker(systemChance);

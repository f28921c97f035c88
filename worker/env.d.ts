import type { Bindings } from "./platform/runtime.ts";

declare global {
  namespace Cloudflare {
    interface Env extends Bindings {}
  }
}

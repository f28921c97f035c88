/** worker/index.ts, under the alias that bundle.ts gives it. */
declare module "fineprint" {
  export interface Context {
    waitUntil(work: Promise<unknown>): void;
  }
  export interface Batch {
    messages: readonly { body: { id: string } }[];
  }
  const worker: {
    fetch(request: Request, env: object, ctx: Context): Response | Promise<Response>;
    queue(batch: Batch, env: object, ctx: Context): Promise<void>;
  };
  export default worker;
}

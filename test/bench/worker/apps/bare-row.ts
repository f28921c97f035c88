/** The floor's measure for the two POST routes: a bare Hono app that only inserts one D1 row. */
import { Hono } from "hono";
import type { D1 } from "./d1.ts";

const app = new Hono<{ Bindings: { DB: D1 } }>();

app.post("/rows", async (c) => {
  const { text } = await c.req.json<{ text: string }>();
  const id = crypto.randomUUID();
  await c.env.DB.prepare("insert into bare_rows (id, text) values (?, ?)").bind(id, text).run();
  return c.json({ id }, 201);
});

export default app;

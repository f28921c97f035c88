/** The floor's measure for GET /v1/notices: a bare Hono app that returns a constant. */
import { Hono } from "hono";

const app = new Hono();

app.get("/constant", (c) => c.json({ notices: [] }));

export default app;

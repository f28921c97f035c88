import { Hono } from "hono";
import { type Door, type House, parse, readJson, requireScope } from "../platform/http.ts";
import { describe } from "../platform/openapi.ts";
import { closeCustomer, findCustomer, putCustomer, registerCustomer } from "./customer.ts";
import { customerReply, customerShape, customersQuery, customersReply, idempotencyKeyShape } from "./shapes.ts";
import { type Customer, listCustomers } from "./store.ts";

const tag = "customers";

/** Customers for programs: the host's order system, with an API key. */
export const customersRoutes = new Hono<House>();

const iso = (at: number) => new Date(at).toISOString();

const replyOf = (customer: Customer) => ({
  ...customer,
  registeredAt: iso(customer.registeredAt),
  changedAt: iso(customer.changedAt),
  closedAt: customer.closedAt === null ? null : iso(customer.closedAt),
});

const byOf = (c: Door) => `key:${c.var.apiKey}`;
const numberIn = (c: Door) => c.req.param("number") ?? "";

customersRoutes.post(
  "/v1/customers",
  describe({
    tag,
    summary: "Register a customer under a new number; a retry with the same Idempotency-Key gives the same one",
    body: customerShape,
    replies: { 201: customerReply },
    auth: "customers:write",
  }),
  requireScope("customers:write"),
  async (c) => {
    const input = await readJson(c, customerShape);
    const header = { "Idempotency-Key": c.req.header("idempotency-key") };
    const { "Idempotency-Key": idempotencyKey = null } = parse(idempotencyKeyShape, header);
    const { customer } = await registerCustomer(c.var.rt, input, byOf(c), idempotencyKey);
    return c.json(replyOf(customer), 201);
  },
);

customersRoutes.get(
  "/v1/customers",
  describe({
    tag,
    summary: "Customers by exact email or number, or by how the name begins; the next page is ?after= its `next`",
    replies: { 200: customersReply },
    auth: "customers:read",
  }),
  requireScope("customers:read"),
  async (c) => {
    const { after, limit, ...filter } = parse(customersQuery, c.req.query());
    const { customers, next } = await listCustomers(c.var.rt.db, filter, after, limit);
    return c.json({ customers: customers.map(replyOf), next });
  },
);

customersRoutes.get(
  "/v1/customers/:number",
  describe({ tag, summary: "A customer", replies: { 200: customerReply }, auth: "customers:read" }),
  requireScope("customers:read"),
  async (c) => c.json(replyOf(await findCustomer(c.var.rt, numberIn(c)))),
);

customersRoutes.put(
  "/v1/customers/:number",
  describe({
    tag,
    summary: "Register or change a customer under a number of your own; the same again changes nothing",
    body: customerShape,
    replies: { 200: customerReply, 201: customerReply },
    auth: "customers:write",
  }),
  requireScope("customers:write"),
  async (c) => {
    const input = await readJson(c, customerShape);
    const { customer, isNew } = await putCustomer(c.var.rt, numberIn(c), input, byOf(c));
    return c.json(replyOf(customer), isNew ? 201 : 200);
  },
);

customersRoutes.delete(
  "/v1/customers/:number",
  describe({
    tag,
    summary: "Close a customer: still readable, never changed again; the number is never given out again",
    replies: { 200: customerReply },
    auth: "customers:write",
  }),
  requireScope("customers:write"),
  async (c) => c.json(replyOf(await closeCustomer(c.var.rt, numberIn(c), byOf(c)))),
);

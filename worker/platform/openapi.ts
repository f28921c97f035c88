import { type DescribeRouteOptions, describeRoute, resolver } from "hono-openapi";
import { z } from "zod";
import type { Scope } from "./access.ts";
import { FIELD_CODES, REFUSALS, type RefusalCode } from "./errors.ts";

const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]]),
    errors: z.array(z.object({ path: z.string(), code: z.enum(FIELD_CODES) })).optional(),
  })
  .describe("RFC 9457 problem document");

interface RouteFacts {
  tag: string;
  summary: string;
  body?: z.ZodType;
  /** What is asked in the address: a field that is a list may be said more than once. */
  query?: z.ZodObject;
  /** Status → shape of the JSON reply, or a media type for anything else. */
  replies: Readonly<Record<number, z.ZodType | string>>;
  /** Scope of the API key that is needed, or "panel" for a panel token. */
  auth?: Scope | "panel";
}

type Parameters = NonNullable<DescribeRouteOptions["parameters"]>;

function parametersOf(query: z.ZodObject): Parameters {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: "query", required: required.includes(name) },
    schema: schema as object, // JSON Schema, as OpenAPI takes it.
  }));
}

/** Describes a route in /openapi.json, with the problem document that every route may answer. */
export function describe({ tag, summary, body, query, replies, auth }: RouteFacts) {
  const responses = Object.entries(replies).map(([status, reply]) => [
    status,
    {
      description: summary,
      content:
        typeof reply === "string"
          ? { [reply]: { schema: { type: "string" as const } } }
          : { "application/json": { schema: resolver(reply) } },
    },
  ]);
  return describeRoute({
    tags: [tag],
    summary,
    ...(query ? { parameters: parametersOf(query) } : {}),
    ...(body ? { requestBody: { required: true, content: { "application/json": { schema: resolver(body) } } } } : {}),
    ...(auth ? { security: [{ [auth === "panel" ? "panelToken" : "apiKey"]: auth === "panel" ? [] : [auth] }] } : {}),
    responses: {
      ...Object.fromEntries(responses),
      default: {
        description: "Refused",
        content: { "application/problem+json": { schema: resolver(problemShape) } },
      },
    },
  });
}

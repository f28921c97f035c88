import { describe, expect, it } from "vitest";
import { authenticationMarks } from "../../worker/mail/authentication.ts";

const SERVER = "mx.cloudflare.net";
const results = (value: string) => ({ name: "authentication-results", value });
const received = { name: "received", value: "from x by y" };
const marks = (value: string) => authenticationMarks({ headers: [received, results(value)] }, SERVER);

describe("the checks that a mail failed", () => {
  it.each([
    [`${SERVER}; spf=fail; dkim=fail; dmarc=fail`, ["spf", "dkim", "dmarc"]],
    [`${SERVER}; dmarc=fail header.from=example.nl; spf=pass smtp.mailfrom=example.nl`, ["dmarc"]],
    [`${SERVER}; spf=softfail`, ["spf"]],
    [`MX.Cloudflare.NET 1; SPF = Fail`, ["spf"]],
    [`${SERVER} 1 ; spf/1=fail`, ["spf"]],
    [`(ours) ${SERVER} (really); (a ; dkim=fail) spf=fail (not (ours); dmarc=fail)`, ["spf"]],
    [`${SERVER}; spf=pass reason="x; dkim=fail"; dmarc=pass`, []],
    [`${SERVER}; spf=pass(x; dkim=fail)`, []],
    [`${SERVER}; dkim=fail header.d=list.example; dkim=pass header.d=example.nl`, []],
    [`${SERVER}; spf=none; dkim=neutral; dmarc=permerror`, []],
    [`${SERVER}; spf=temperror; dkim=policy`, []],
    [`${SERVER}; none`, []],
    [`${SERVER}`, []],
    ["", []],
    [`${SERVER}; x-spf=fail; arc=fail`, []],
    [`"${SERVER}"; spf=fail`, ["spf"]],
  ])("%s", (value, failed) => {
    expect(marks(value)).toEqual(failed);
  });
});

describe("what the server did not write itself is not believed", () => {
  const FAIL = results(`${SERVER}; spf=fail`);
  it.each([
    ["another server's", [received, results("mx.example.org; spf=fail")]],
    ["a server that is called like it", [received, results(`${SERVER}.example.org; spf=fail`)]],
    ["below another server's", [received, results("mx.example.org; spf=pass"), FAIL]],
    ["below the second server", [received, received, FAIL]],
    ["none", [received]],
  ])("%s", (_, headers) => {
    expect(authenticationMarks({ headers }, SERVER)).toEqual([]);
  });

  it("and the first counts, above all else too", () => {
    expect(
      authenticationMarks({ headers: [FAIL, results(`${SERVER}; spf=pass; dkim=fail`), received] }, SERVER),
    ).toEqual(["spf"]);
    expect(authenticationMarks({ headers: [FAIL] }, "")).toEqual([]);
    expect(authenticationMarks({ headers: [results("; spf=fail")] }, "")).toEqual([]);
  });
});

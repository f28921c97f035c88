import type { Hono } from "hono";
import { countQueues } from "../contact/list-store.ts";
import { checksOf } from "../ledger/check.ts";
import { countEntries } from "../ledger/store.ts";
import { countMails } from "../mail/store.ts";
import { attentionOf } from "../newsletter/attention-store.ts";
import { dayInWords } from "../platform/calendar.ts";
import type { House } from "../platform/http.ts";
import type { Language } from "../platform/languages.ts";
import { listTasks } from "../platform/store.ts";
import { type DraftHead, listDrafts } from "../policy/draft-store.ts";
import { runsInTrouble } from "../policy/evidence-store.ts";
import { MAIL_KEPT } from "../policy/telling.ts";
import { inForce, today, versionsOf } from "../policy/version.ts";
import { isBehindAccess } from "../staff/session.ts";
import { listMembers, listPasskeys } from "../staff/store.ts";
import { type StaffDesk, screen } from "./desk.ts";
import { numberInWords } from "./format.ts";
import { HOME } from "./home-words.ts";
import { replyScreen } from "./shell.tsx";
import { isRoundLate } from "./tasks.tsx";
import { SHELL } from "./words.ts";

const DAY = 86_400_000;
/** Counting stops here: a longer list is only "more than". */
const MOST = 999;

/** Something worth knowing: whether it waits for somebody, goes well, or is only a figure. */
interface Item {
  kind: "attention" | "fine" | "figures";
  text: string;
  href?: string;
}

/** Adds the first page: what needs the attention of somebody in this role today. */
export function addHome(routes: Hono<House>): void {
  routes.get(
    "/admin",
    screen("any", async (desk) => {
      const words = HOME[desk.lang];
      const found = await Promise.all([contact, newsletter, mail, ledger, policy, staff, self].map((ask) => ask(desk)));
      const items = found.flat();
      const listed = (kind: Item["kind"]) => items.filter((item) => item.kind === kind);
      const children = (
        <>
          <p>{(listed("attention").length > 0 ? words.greeting : words.calm)(desk.member.name)}</p>
          {(["attention", "figures", "fine"] as const).map((kind) => (
            <Items title={words[kind]} kind={kind} items={listed(kind)} />
          ))}
        </>
      );
      return replyScreen(desk, { title: SHELL[desk.lang].page.home, section: "home", children });
    }),
  );
}

function Items({ title, kind, items }: { title: string; kind: string; items: readonly Item[] }) {
  if (items.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class={`items ${kind}`}>
        {items.map(({ text, href }) => (
          <li>{href === undefined ? text : <a href={href}>{text}</a>}</li>
        ))}
      </ul>
    </section>
  );
}

/** A number in words, "more than" beyond what was counted. */
function counted({ lang }: StaffDesk, count: number): string {
  return count > MOST ? HOME[lang].more(numberInWords(MOST, lang)) : numberInWords(count, lang);
}

async function contact(desk: StaffDesk): Promise<Item[]> {
  if (!desk.may("contact:read")) return [];
  const { rt, lang } = desk;
  const words = HOME[lang];
  const path = "/admin/contact";
  const { new: fresh, late } = await countQueues(rt.db, rt.now(), MOST + 1);
  return [
    ...(late > 0 ? [{ kind: "attention" as const, text: words.late(counted(desk, late)), href: path }] : []),
    ...(fresh > 0
      ? [{ kind: "attention" as const, text: words.contact(counted(desk, fresh)), href: `${path}?queue=new` }]
      : []),
  ];
}

async function newsletter(desk: StaffDesk): Promise<Item[]> {
  if (!desk.may("newsletter:read")) return [];
  const { rt, lang } = desk;
  const since = rt.now() - 7 * DAY;
  const [joined, left, { doubtful, stopped, stuck, underWay }] = await Promise.all([
    countEntries(rt.db, "consent.given", since, MOST + 1),
    countEntries(rt.db, "consent.withdrawn", since, MOST + 1),
    attentionOf(rt.db, since, rt.now() - DAY, MOST + 1),
  ]);
  const words = HOME[lang];
  const path = "/admin/subscribers";
  const doubts: Item[] = [{ kind: "attention", text: words.doubtful(counted(desk, doubtful)), href: path }];
  const actions: Item[] = [
    { kind: "figures", text: words.actions(counted(desk, underWay.length)), href: `${path}/actions` },
  ];
  return [
    ...(doubtful > 0 ? doubts : []),
    ...stopped.map(({ id, fileName }): Item => {
      return { kind: "attention", text: words.importStopped(fileName), href: `${path}/imports/${id}` };
    }),
    ...stuck.map(({ id, name, fault }): Item => {
      const text = (fault === null ? words.newsletterPaused : words.newsletterFailed)(name);
      return { kind: "attention", text, href: `/admin/newsletters/${id}` };
    }),
    { kind: "figures", text: words.joined(counted(desk, joined)), href: path },
    { kind: "figures", text: words.left(counted(desk, left)), href: `${path}?status=left` },
    ...(underWay.length > 0 ? actions : []),
  ];
}

async function mail(desk: StaffDesk): Promise<Item[]> {
  if (!desk.may("mail:read")) return [];
  const { rt, lang } = desk;
  const words = HOME[lang];
  const [{ dead }, tasks] = await Promise.all([countMails(rt.db, MOST + 1), listTasks(rt.db)]);
  const trouble = isRoundLate(rt, tasks)
    ? words.cronLate
    : tasks.some(({ error }) => error !== null)
      ? words.taskFails
      : undefined;
  const late: Item[] = trouble ? [{ kind: "attention", text: trouble, href: "/admin/outbox" }] : [];
  if (dead === 0) return [...late, { kind: "fine", text: words.mailFine }];
  return [...late, { kind: "attention", text: words.dead(counted(desk, dead)), href: "/admin/outbox?state=dead" }];
}

async function ledger(desk: StaffDesk): Promise<Item[]> {
  if (!desk.may("ledger:read")) return [];
  const { rt, lang } = desk;
  const words = HOME[lang];
  const { last, underWay } = await checksOf(rt.db);
  const href = "/admin/ledger";
  const isStuck = underWay !== undefined && rt.now() - underWay.startedAt > 2 * DAY;
  if (isStuck) return [{ kind: "attention", text: words.checkLate, href }];
  if (!last?.finishedAt) return [{ kind: "figures", text: words.unchecked, href }];
  const { faults } = last;
  if (faults.length > 0) return [{ kind: "attention", text: words.faults(counted(desk, faults.length)), href }];
  if (rt.now() - last.finishedAt > 2 * DAY) return [{ kind: "attention", text: words.checkLate, href }];
  return [{ kind: "fine", text: words.ledgerFine, href }];
}

async function policy(desk: StaffDesk): Promise<Item[]> {
  if (!desk.may("policy:write")) return [];
  const { rt, lang } = desk;
  const words = HOME[lang];
  const [versions, drafts, runs] = await Promise.all([
    versionsOf(rt),
    listDrafts(rt.db),
    runsInTrouble(rt.db, rt.now() - MAIL_KEPT),
  ]);
  const waiting = drafts.filter(({ state }) => state === "review").map((draft) => draftItem(lang, draft));
  const day = today(rt);
  const current = inForce(versions, day);
  if (!current) return [...waiting, { kind: "attention", text: words.noPolicy, href: "/admin/policy" }];
  const coming = versions.filter(({ effective }) => effective > day && effective > current.effective);
  return [
    ...waiting,
    ...runs.map(({ date, isPaused }): Item => {
      const text = (isPaused ? words.tellingPaused : words.tellingFails)(dayInWords(date, lang));
      return { kind: "attention", text, href: `/admin/policy/versions/${date}` };
    }),
    { kind: "figures", text: words.policyNow(dayInWords(current.date, lang)), href: `/policy?lang=${lang}` },
    ...coming.map(
      ({ date, effective }): Item => ({
        kind: "figures",
        text: words.policySoon(dayInWords(effective, lang)),
        href: `/policy/versions/${date}?lang=${lang}`,
      }),
    ),
  ];
}

/** A version that waits for somebody to review it, or that cron could not publish. */
function draftItem(lang: Language, { id, date, fault }: DraftHead): Item {
  const words = HOME[lang];
  const day = date === null ? "" : dayInWords(date, lang);
  return {
    kind: "attention",
    text: fault === null ? words.review(day) : words.unpublished(day),
    href: `/admin/policy/drafts/${id}`,
  };
}

async function staff(desk: StaffDesk): Promise<Item[]> {
  if (!desk.may("staff:read")) return [];
  const members = await listMembers(desk.rt.db);
  const words = HOME[desk.lang];
  const href = "/admin/staff";
  // Behind Access nobody ever signs in by a link or a passkey of ours.
  if (isBehindAccess(desk.rt)) return [];
  const invited = members.filter(({ member }) => member.signedInAt === null).length;
  const bare = members.filter(({ member, passkeys }) => member.signedInAt !== null && passkeys === 0).length;
  return [
    ...(invited > 0 ? [{ kind: "figures" as const, text: words.invited(counted(desk, invited)), href }] : []),
    ...(bare > 0 ? [{ kind: "figures" as const, text: words.withoutPasskey(counted(desk, bare)), href }] : []),
  ];
}

async function self({ rt, lang, visitor, member }: StaffDesk): Promise<Item[]> {
  if (!visitor.session || (await listPasskeys(rt.db, member.id)).length > 0) return [];
  return [{ kind: "attention", text: HOME[lang].ownPasskey, href: "/admin/account" }];
}

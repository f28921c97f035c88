/** Where the inbox is. */
export const INBOX = "/admin/contact";

/** Where topics, ready answers and blocked senders are kept. */
export const SETTINGS = `${INBOX}/settings`;

/** Where a conversation has its page. */
export const pathOf = (id: string): string => `${INBOX}/${id}`;

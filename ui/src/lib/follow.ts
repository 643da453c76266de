/** When a page that shows stored events must ask again because more of them were stored. */

export interface Growth {
  /** Documents stored when the page asked last. */
  asked: number;
  /** Documents stored at the last look. */
  seen: number;
  /** True from the first growth until a look finds none. */
  on: boolean;
}

/** Growth below this share of what is shown is the trickle that the person's own refresh is for. */
const noticeable = 0.01;

/**
 * One look at what is stored. The page asks again while a source is loading,
 * when the store grew (or shrank) noticeably, and once more when that ended.
 */
export function look(before: Growth | undefined, documents: number, loading: boolean): { growth: Growth; ask: boolean } {
  if (before === undefined) return { growth: { asked: documents, seen: documents, on: loading }, ask: false };
  const grown = Math.abs(documents - before.asked);
  if (loading || grown > noticeable * before.asked) return { growth: { asked: documents, seen: documents, on: true }, ask: true };
  if (before.on && documents === before.seen) return { growth: { asked: documents, seen: documents, on: false }, ask: true };
  return { growth: { ...before, seen: documents }, ask: false };
}

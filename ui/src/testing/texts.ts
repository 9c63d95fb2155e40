/** Texts by key, for tests that care which text is shown and not how it is worded. A key without a text fails the test. */
import { i18n } from "../shared/i18n";

export function text(key: string, params: Record<string, unknown> = {}): string {
  if (!i18n.exists(key, params)) throw new Error(`no text ${key}`);
  return i18n.t(key, params);
}

/** Signing in through the browser, and API keys, without either. */
import type { ApiKeyView, AppState, EsiaEntry, EsiaPersonView, EsiaRole, NewApiKey, SessionView, SignInWays } from "../bindings";
import { inDays, wind } from "./demoPeople";

const role = (part: Partial<EsiaRole>): EsiaRole => ({
  oid: "1000000001", name: wind.name, fullName: wind.name, ogrn: wind.ogrn, kind: "legal", chief: false, admin: true, active: true, branch: null, organisationId: wind.id, current: true, ...part,
});

export const demoPerson: EsiaPersonView = {
  name: "Лютикова Мария Петровна",
  roles: [
    role({}),
    role({ oid: "1000000003", name: "ООО «Василёк»", fullName: "ООО «Василёк»", ogrn: "1027700132195", chief: true, organisationId: null, current: false }),
    role({ oid: "1000000005", name: "АО «Подсолнух»", fullName: "АО «Подсолнух»", ogrn: "1027739000002", admin: false, active: false, organisationId: null, current: false }),
  ],
};

export class FakeEsia {
  browser = true;
  /** Whether the browser's answer comes at all. */
  answers = true;
  person: EsiaPersonView | null = null;
  signsIn: EsiaPersonView = demoPerson;
  entry: EsiaEntry | null = null;
  keys: ApiKeyView[] = [{ id: "main", name: "Полевая Вера", snils: "•••-•••-•0300", lastUsed: inDays(-1), problem: null, replacing: false, replacingProblem: null }];
  giveUp: (() => void) | null = null;
}

type Host = { esia: FakeEsia; state: AppState; change: (part: Partial<AppState>) => AppState };

const cancelled = { code: "app.cancelled", params: {}, retriable: true };

export function esiaCommands(host: Host) {
  const { esia } = host;
  const throughBrowser = <T>(answer: () => T): Promise<T> =>
    esia.answers ? Promise.resolve(answer()) : new Promise<T>((_, fail) => (esia.giveUp = () => fail(cancelled)));
  return {
    sign_in_ways: (): SignInWays => ({
      browser: esia.browser, browserProblem: null, host: "esia.gosuslugi.ru", settingsFile: host.state.environment === "demo" ? null : "/home/vera/.local/share/kabinet/esia.json", person: esia.person,
    }),
    sign_in_in_browser: () => throughBrowser(() => (esia.person = esia.signsIn)),
    open_browser_again: () => null,
    cancel_browser_sign_in: () => {
      esia.giveUp?.();
      return null;
    },
    enter_by_esia: () =>
      throughBrowser((): EsiaEntry => {
        if (esia.entry) return esia.entry;
        const session: SessionView = {
          holder: esia.signsIn.name, position: null, certificateId: null, way: "browser", renews: true, signedInAt: new Date().toISOString(), expiresAt: inDays(0.04),
        };
        host.change({ session, sessionEnded: null });
        return { session, prefilled: null };
      }),
    sign_out_of_esia: () => {
      esia.person = null;
      return host.change({ session: null, sessionEnded: null });
    },
    api_keys: () => esia.keys,
    save_api_key: ({ request }: { request: NewApiKey }) => {
      esia.keys = request.id
        ? esia.keys.map((key) => (key.id === request.id ? { ...key, name: request.name, replacing: true, replacingProblem: null } : key))
        : [...esia.keys, { id: `key-${esia.keys.length + 1}`, name: request.name, snils: null, lastUsed: null, problem: null, replacing: false, replacingProblem: null }];
      return esia.keys;
    },
    remove_api_key: ({ id, onlyNew }: { id: string; onlyNew: boolean }) => {
      esia.keys = onlyNew ? esia.keys.map((key) => (key.id === id ? { ...key, replacing: false, replacingProblem: null } : key)) : esia.keys.filter((key) => key.id !== id);
      return esia.keys;
    },
  };
}

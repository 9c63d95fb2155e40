/** The working window: rail, line of state, and the page the address names. */
import { useEffect, useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useAppState } from "../features/app/AppState";
import { ShortcutsHelp } from "../features/app/ShortcutsHelp";
import { lockNow } from "../features/app/beforeLock";
import { StateLine } from "../features/app/StateLine";
import { useActivity } from "../features/app/useActivity";
import { digitOf, useShortcuts } from "../features/app/useShortcuts";
import { Imports, useImports } from "../features/documents/Imports";
import { wholeList, type Narrowing } from "../features/documents/search";
import { EnvironmentEdge } from "../features/environment/EnvironmentBadge";
import { useJournalPlace, type JournalPlace } from "../features/journal/place";
import { wide, type Narrow } from "../features/poa/search";
import { OrganisationMenu } from "../features/organisation/OrganisationMenu";
import { StandingNotice } from "../features/cabinet/StandingNotice";
import { useCheckUpAfterLinking } from "../features/cabinet/useCheckUpAfterLinking";
import { SessionBlock } from "../features/session/SessionBlock";
import { SignInDialog } from "../features/session/SignInDialog";
import { host, subscribe } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon, type IconName } from "../shared/Icon";
import { Logo } from "../shared/Logo";
import { useReturn } from "../shared/place";
import { go, paths, useRoute, type Route, type Screen } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { Calendar } from "./Calendar";
import { Doctor } from "./Doctor";
import { DocumentView } from "./DocumentView";
import { Documents } from "./Documents";
import { Draft } from "./Draft";
import { Drafts } from "./Drafts";
import { Employees } from "./Employees";
import { EmployeeView } from "./EmployeeView";
import { Inspections } from "./Inspections";
import { Journal } from "./Journal";
import { Letter } from "./Letter";
import { Mail } from "./Mail";
import { Notifications } from "./Notifications";
import { Organisations } from "./Organisations";
import { Orders } from "./Orders";
import { OrderView } from "./OrderView";
import { Outbox } from "./Outbox";
import { Poas } from "./Poas";
import { PoaView } from "./PoaView";
import { Retention } from "./Retention";
import { Security } from "./Security";
import { Services } from "./Services";
import { ServiceView } from "./ServiceView";
import { Settings } from "./Settings";
import styles from "./Shell.module.css";
import { SignFile } from "./SignFile";
import { SignIn } from "./SignIn";
import { Subscriptions } from "./Subscriptions";
import { Today } from "./Today";
import { Tokens } from "./Tokens";
import { ToSign } from "./ToSign";
import { Verify } from "./Verify";

const sections = ["today", "documents", "to-sign", "services", "drafts", "calendar", "outbox", "orders", "poas", "mail", "journal", "verify", "sign-file", "tokens", "settings"] as const;
type Section = (typeof sections)[number];
/** Those with a key, in the order of the digits. */
const keyed = sections.filter((section) => section !== "orders" && section !== "poas" && section !== "mail" && section !== "services" && section !== "to-sign");

const sectionOf: Record<Screen, Section | null> = {
  today: "today", drafts: "drafts", draft: "drafts", documents: "documents", document: "documents", "to-sign": "to-sign", retention: "documents", calendar: "calendar", outbox: "outbox", orders: "orders", order: "orders", inspections: "orders", poas: "poas", poa: "poas", mail: "mail", letter: "mail", services: "services", service: "services", journal: "journal", verify: "verify", "sign-file": "sign-file",
  tokens: "tokens", settings: "settings", doctor: "settings", organisations: null, employees: null, employee: null, subscriptions: null, security: null, notifications: null, "sign-in": null,
};
const pathOf: Record<Section, string> = {
  today: paths.today, drafts: paths.drafts(), documents: paths.documents(), "to-sign": paths.toSign, calendar: paths.calendar, outbox: paths.outbox, orders: paths.orders, poas: paths.poas(), mail: paths.mail, services: paths.services, journal: paths.journal, verify: paths.verify, "sign-file": paths.signFile,
  tokens: paths.tokens, settings: paths.settings,
};

/** What a section is good for: whom the role does not allow it is told so before going there (EMP-12). */
const permissionOf: Partial<Record<Section, string>> = { services: "applications.fill", orders: "applications.track", "sign-file": "signing.sign" };

export function Shell() {
  const { state } = useAppState();
  // Another organisation is another database: nothing of the last one may stay on the screen.
  return (
    <Imports key={state.organisation?.id}>
      <SignInDialog><Frame /></SignInDialog>
    </Imports>
  );
}

function Frame() {
  const { t } = useTranslation();
  const { state, accept } = useAppState();
  const imports = useImports();
  const route = useRoute();
  const [helping, setHelping] = useState(false);
  const journal = useJournalPlace();
  // Only while the vault is open: what was searched for says what is in it.
  const narrowing = useRef(wholeList);
  const poas = useRef(wide);
  const lock = useAction(async () => accept(await lockNow()));
  const sync = useAction(async () => accept(await host.syncNow()));
  useReturn();
  // A notification that was pressed.
  useEffect(() => subscribe("open-path", go), []);
  useCheckUpAfterLinking(state.standing?.checkUpDue ?? null);
  useActivity(true);
  useShortcuts({
    lock: () => void lock.run(),
    open: imports.open,
    search: () => go(paths.search),
    sync: () => void sync.run(),
    help: () => setHelping(true),
    section: (index) => {
      const section = keyed[index];
      if (section) go(pathOf[section]);
    },
  });
  return (
    <div className={styles.frame}>
      {state.organisation && <EnvironmentEdge environment={state.organisation.environment} />}
      <div className={styles.window}>
        <a className={styles.skip} href="#content" onClick={skipToContent}>{t("ui.skip")}</a>
        <aside className={styles.rail} aria-label={t("ui.product")}>
          <div className={styles.brand}>
            <Logo />
            <span className={styles.word}>{t("ui.product")}</span>
          </div>
          <OrganisationMenu />
          <Navigation current={sectionOf[route.screen]} pending={state.outboxPending} />
          <div className={styles.bottom}>
            <SessionBlock onLock={() => void lock.run()} />
          </div>
        </aside>
        <div className={styles.main}>
          <StateLine syncing={sync.busy} onSync={() => void sync.run()} />
          <div className={styles.notices}>
            {route.screen !== "security" && <StandingNotice />}
            {lock.error && <ErrorNotice error={lock.error} onClose={lock.clear} />}
            {sync.error && <ErrorNotice error={sync.error} onClose={sync.clear} onRetry={() => void sync.run()} />}
            {imports.error && <ErrorNotice error={imports.error} onClose={imports.clearError} />}
          </div>
          <main id="content" tabIndex={-1} className={styles.content}>
            <Screens route={route} journal={journal} narrowing={narrowing} poas={poas} />
          </main>
        </div>
      </div>
      <ShortcutsHelp sections={keyed.length} opened={helping} onClose={() => setHelping(false)} />
    </div>
  );
}

function skipToContent(event: { preventDefault: () => void }) {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

const icons: Record<Section, IconName> = {
  today: "today", drafts: "edit", documents: "documents", "to-sign": "sign", calendar: "calendar", outbox: "outbox", orders: "orders", poas: "poa", mail: "mail", services: "services", journal: "journal", verify: "shield", "sign-file": "signFile", tokens: "token", settings: "settings",
};

function Navigation({ current, pending }: { current: Section | null; pending: number }) {
  const { t } = useTranslation();
  const { state } = useAppState();
  const isRefused = (section: Section) => permissionOf[section] !== undefined && state.standing?.refused.some((one) => one.code === permissionOf[section]) === true;
  const toSign = useHostQuery("count-to-sign", host.countToSign, ["documents-changed"]).data ?? 0;
  const digit = (section: Section) => digitOf(keyed.findIndex((one) => one === section));
  const hint = (section: Section) => {
    const name = t(`ui.nav.${section}`);
    if (isRefused(section)) return t("ui.nav.refused", { name });
    return digit(section) === null ? name : t("ui.nav.hint", { name, key: `Ctrl+${digit(section)}` });
  };
  return (
    <nav aria-label={t("ui.nav.label")} className={styles.nav}>
      {sections.map((section) => (
        <a
          key={section} href={`#${pathOf[section]}`} title={hint(section)}
          className={`${styles.link} ${current === section ? styles.active : ""}`} aria-current={current === section ? "page" : undefined}
          aria-keyshortcuts={digit(section) === null ? undefined : `Control+${digit(section)}`} aria-description={isRefused(section) ? hint(section) : undefined} data-testid={`nav-${section}`} data-refused={isRefused(section) || undefined}
        >
          <Icon name={icons[section]} />
          <span className={styles.word}>{t(`ui.nav.${section}`)}</span>
          {isRefused(section) && <Icon name="lock" size={14} />}
          {section === "to-sign" && toSign > 0 && <span className={styles.count} data-testid="to-sign-count">{toSign}</span>}
          {section === "outbox" && pending > 0 && <span className={styles.count}>{pending}</span>}
        </a>
      ))}
    </nav>
  );
}

type ScreensProps = { route: Route; journal: JournalPlace; narrowing: RefObject<Narrowing>; poas: RefObject<Narrow> };

function Screens({ route, journal, narrowing, poas }: ScreensProps) {
  switch (route.screen) {
    case "today":
      return <Today />;
    case "documents":
      return <Documents group={route.group} focusSearch={route.focusSearch} narrowing={narrowing} />;
    case "document":
      return <DocumentView key={route.id} id={route.id} back={paths.documents(narrowing.current.group)} />;
    case "to-sign":
      return <ToSign />;
    case "retention":
      return <Retention />;
    case "calendar":
      return <Calendar />;
    case "drafts":
      return <Drafts shelf={route.shelf} />;
    case "draft":
      return <Draft key={route.id} id={route.id} />;
    case "services":
      return <Services />;
    case "service":
      return <ServiceView key={`${route.code}?${route.licence ?? ""}`} code={route.code} licence={route.licence} />;
    case "orders":
      return <Orders group={route.group} />;
    case "order":
      return <OrderView key={route.id} id={route.id} />;
    case "inspections":
      return <Inspections />;
    case "poas":
      return <Poas group={route.group} narrowing={poas} />;
    case "poa":
      return <PoaView key={route.number} number={route.number} />;
    case "mail":
      return <Mail />;
    case "letter":
      return <Letter key={route.letter.message} letter={route.letter} />;
    case "outbox":
      return <Outbox />;
    case "journal":
      return <Journal place={journal} />;
    case "verify":
      return <Verify />;
    case "sign-file":
      return <SignFile />;
    case "tokens":
      return <Tokens />;
    case "settings":
      return <Settings />;
    case "doctor":
      return <Doctor />;
    case "organisations":
      return <Organisations removed={route.removed} />;
    case "employees":
      return <Employees tab={route.tab} done={route.done} />;
    case "employee":
      return <EmployeeView key={route.id} id={route.id} />;
    case "subscriptions":
      return <Subscriptions tab={route.tab} />;
    case "security":
      return <Security />;
    case "notifications":
      return <Notifications />;
    case "sign-in":
      return <SignIn />;
  }
}

/** Signing in through Госуслуги in the browser: wait for it, choose the organisation, go on. */
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { host, type EsiaPersonView, type EsiaRole, type PrefilledOrganisation, type UiError } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Loading, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import { OrganisationForm } from "../organisation/OrganisationForm";
import own from "./SignInPanel.module.css";

type Props = {
  onDone: () => void;
  /** Takes what is known of an organisation that is to be added; without it the form stands here. */
  onPrefilled?: (prefilled: PrefilledOrganisation) => void;
  /** Nothing at all where this way is not set up. */
  onlyIfSetUp?: boolean;
};

export function BrowserWay({ onDone, onPrefilled, onlyIfSetUp = false }: Props) {
  const { t } = useTexts();
  const { state, refresh } = useAppState();
  const ways = useHostQuery("sign-in-ways", () => host.signInWays());
  const [person, setPerson] = useState<EsiaPersonView | null>(null);
  const [entering, setEntering] = useState<EsiaRole | null>(null);
  const [prefilled, setPrefilled] = useState<PrefilledOrganisation | null>(null);
  const enter = useAction(async (role: EsiaRole) => {
    setEntering(role);
    try {
      const entry = await host.enterByEsia(role.oid);
      if (entry.prefilled) return (onPrefilled ?? setPrefilled)(entry.prefilled);
      await refresh();
      onDone();
    } finally {
      setEntering(null);
    }
  });
  const begin = useAction(async (anew: boolean) => {
    setPerson(null);
    const signedIn = await host.signInInBrowser(anew);
    setPerson(signedIn);
    return signedIn;
  });
  const start = async (anew: boolean) => {
    enter.clear();
    const signedIn = await begin.run(anew);
    // The open organisation is what one signs in for; anything else is the person's choice.
    const current = signedIn?.roles.find((role) => role.current && role.active);
    if (current) await enter.run(current);
  };
  const waiting = useRef(false);
  waiting.current = begin.busy || enter.busy;
  // Nobody waits for an answer to a screen that was left.
  useEffect(() => () => void (waiting.current && host.cancelBrowserSignIn()), []);

  if (onlyIfSetUp && !ways.data?.browser) return null;
  const known = person ?? ways.data?.person ?? null;
  return (
    <section aria-labelledby="by-browser" className={own.way} data-testid="way-browser">
      <div className={own.wayHead}><h2 id="by-browser"><Icon name="link" /> {t("ui.signIn.byBrowser")}</h2></div>
      {ways.error && <ErrorNotice error={ways.error} onRetry={() => void ways.reload()} />}
      {!ways.data && !ways.error && <Loading rows={1} height={80} />}
      {ways.data && !ways.data.browser && <NotSetUp problem={ways.data.browserProblem} file={ways.data.settingsFile} />}
      {[begin, enter].map((action, index) => action.error && <ErrorNotice key={index} error={action.error} onClose={action.clear} />)}
      {ways.data?.browser && (
        prefilled ? (
          <div className={own.section} data-testid="esia-new">
            <h3>{t("ui.signIn.newTitle")}</h3>
            <p>{t("ui.signIn.newText")}</p>
            <OrganisationForm prefilled={prefilled} onAdded={onDone} />
          </div>
        ) : begin.busy || enter.busy ? (
          <Waiting name={entering?.name ?? null} />
        ) : known ? (
          <>
            <Roles person={known} organisation={state.organisation?.name ?? null} onEnter={(role) => void enter.run(role)} />
            <Button variant="subtle" size="compact-md" className={own.start} onClick={() => void start(true)} data-testid="esia-other">{t("ui.signIn.otherPerson")}</Button>
          </>
        ) : (
          <>
            <p className="muted">{t("ui.signIn.byBrowserLead")}</p>
            <Button className={own.start} leftSection={<Icon name="link" />} onClick={() => void start(false)} data-testid="esia-begin">{t("ui.signIn.openBrowser")}</Button>
            <p className="muted small">{t("ui.signIn.browserHost", { host: ways.data.host })}</p>
          </>
        )
      )}
    </section>
  );
}

function NotSetUp({ problem, file }: { problem: UiError | null; file: string | null }) {
  const { t } = useTexts();
  if (problem) return <ErrorNotice error={problem} quiet />;
  return <p className="muted" data-testid="esia-off">{file ? t("ui.signIn.browserNotSetUp", { file }) : t("ui.signIn.browserNotInDemo")}</p>;
}

function Waiting({ name }: { name: string | null }) {
  const { t } = useTexts();
  const again = useAction(() => host.openBrowserAgain());
  const cancel = useAction(() => host.cancelBrowserSignIn());
  return (
    <div className={own.waiting} role="status" data-testid="esia-waiting">
      <p className={own.waitingTitle}><Icon name="clock" size={20} /> {t("ui.signIn.waiting")}</p>
      <p className="muted">{name === null ? t("ui.signIn.waitingText") : t("ui.signIn.waitingFor", { name })}</p>
      <div className={own.buttons}>
        <Button variant="default" leftSection={<Icon name="link" size={16} />} onClick={() => void again.run()} data-testid="esia-again">{t("ui.signIn.again")}</Button>
        <Button variant="subtle" onClick={() => void cancel.run()} data-testid="esia-cancel">{t("ui.signIn.giveUp")}</Button>
      </div>
      {again.error && <ErrorNotice error={again.error} onClose={again.clear} />}
    </div>
  );
}

function Roles({ person, organisation, onEnter }: { person: EsiaPersonView; organisation: string | null; onEnter: (role: EsiaRole) => void }) {
  const { t } = useTexts();
  if (person.roles.length === 0) return <Strip tone="warn" testId="esia-no-roles"><p>{t("ui.signIn.noRoles")}</p></Strip>;
  return (
    <div className={own.section}>
      <h3>{t("ui.signIn.whose", { name: person.name })}</h3>
      {organisation !== null && !person.roles.some((role) => role.current) && <Strip tone="info" testId="esia-not-this"><p>{t("ui.signIn.notThis", { organisation })}</p></Strip>}
      <ul className={own.roles}>
        {person.roles.map((role) => (
          <li key={role.oid} className={own.role} data-testid={`role-${role.oid}`} data-active={role.active}>
            <div className={own.roleWords}>
              <span className={own.roleName} title={role.fullName}>{role.name}</span>
              <span className="muted small">
                {[role.ogrn && t("ui.settings.ogrnValue", { ogrn: role.ogrn }), role.branch, t(role.chief ? "ui.signIn.roleChief" : role.admin ? "ui.signIn.roleAdmin" : "ui.signIn.roleEmployee")].filter(Boolean).join(" · ")}
              </span>
              {!role.active ? <Label tone="bad">{t("ui.signIn.roleBlocked")}</Label> : role.current ? <Label tone="ok">{t("ui.signIn.roleCurrent")}</Label> : role.organisationId === null && <Label tone="quiet">{t("ui.signIn.roleNew")}</Label>}
            </div>
            {role.active && <Button variant={role.current ? "filled" : "default"} size="compact-md" onClick={() => onEnter(role)} aria-label={t("ui.signIn.enter", { name: role.name })} data-testid={`enter-${role.oid}`}>{t("ui.signIn.enterShort")}</Button>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Signing in through Госуслуги: whether the administrator set it up, and how long one stays signed in. */
import { Switch } from "@mantine/core";
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./Settings.module.css";

export function EsiaSetting() {
  const { t } = useTexts();
  const { state, accept } = useAppState();
  const ways = useHostQuery("sign-in-ways", () => host.signInWays());
  const save = useAction(async (keepSignedIn: boolean) => accept(await host.saveSettings({ ...state.settings, keepSignedIn })));
  return (
    <div className={styles.apiKeys} data-testid="esia-setting">
      {ways.data?.browserProblem && <ErrorNotice error={ways.data.browserProblem} quiet />}
      {ways.data && !ways.data.browserProblem && (
        <Label tone={ways.data.browser ? "ok" : "quiet"}>{ways.data.browser ? t("ui.settings.esiaOn", { host: ways.data.host }) : t("ui.settings.esiaOff")}</Label>
      )}
      {ways.data && !ways.data.browser && ways.data.settingsFile && <p className="muted small">{t("ui.signIn.browserNotSetUp", { file: ways.data.settingsFile })}</p>}
      <Switch
        checked={state.settings.keepSignedIn} onChange={(event) => void save.run(event.currentTarget.checked)} disabled={save.busy}
        label={t("ui.settings.keepSignedIn")} description={t("ui.settings.keepSignedInHint")} data-testid="keep-signed-in"
      />
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
    </div>
  );
}

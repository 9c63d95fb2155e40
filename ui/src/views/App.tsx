/** The main window: theme, the state of the program, and the view its phase asks for. */
import { useTranslation } from "react-i18next";
import { AppStateProvider, useAppState } from "../features/app/AppState";
import { useOpenedFiles } from "../features/files/useOpenedFiles";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Loading } from "../shared/Pieces";
import { useRoute } from "../shared/router";
import { ChosenTheme, Themed } from "../shared/Themed";
import "../shared/i18n";
import { FirstStart } from "./FirstStart";
import { Gate } from "./Gate";
import { Shell } from "./Shell";
import { Unlock } from "./Unlock";
import { VerifyAlone } from "./VerifyAlone";

export function App() {
  return (
    <Themed>
      <AppStateProvider
        pending={<Gate><Starting /></Gate>}
        failed={(error, retry) => <Gate><ErrorNotice error={error} onRetry={retry} /></Gate>}
      >
        <Phases />
      </AppStateProvider>
    </Themed>
  );
}

function Starting() {
  const { t } = useTranslation();
  return (
    <>
      <h1 className="visually-hidden">{t("ui.loading")}</h1>
      <Loading rows={3} />
    </>
  );
}

function Phases() {
  const { state } = useAppState();
  const { screen } = useRoute();
  useOpenedFiles();
  return (
    <>
      <ChosenTheme theme={state.settings.theme} />
      {state.phase === "ready" ? <Shell /> : screen === "verify" ? <VerifyAlone /> : state.phase === "locked" ? <Unlock /> : <FirstStart />}
    </>
  );
}

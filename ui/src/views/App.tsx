/** The main window: theme, the state of the program, and the view its phase asks for. */
import { AppStateProvider, useAppState } from "../features/app/AppState";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Loading } from "../shared/Pieces";
import { ChosenTheme, Themed } from "../shared/Themed";
import "../shared/i18n";
import { FirstStart } from "./FirstStart";
import { Gate } from "./Gate";
import { Shell } from "./Shell";
import { Unlock } from "./Unlock";

export function App() {
  return (
    <Themed>
      <AppStateProvider
        pending={<Gate><Loading rows={3} /></Gate>}
        failed={(error, retry) => <Gate><ErrorNotice error={error} onRetry={retry} /></Gate>}
      >
        <Phases />
      </AppStateProvider>
    </Themed>
  );
}

function Phases() {
  const { state } = useAppState();
  return (
    <>
      <ChosenTheme theme={state.settings.theme} />
      {state.phase === "ready" ? <Shell /> : state.phase === "locked" ? <Unlock /> : <FirstStart />}
    </>
  );
}

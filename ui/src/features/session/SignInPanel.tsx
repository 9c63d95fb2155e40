/** The two ways to sign in, side by side; on the page of its own and in the dialog that keeps the page below as it is. */
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useAppState } from "../app/AppState";
import { BrowserWay } from "./BrowserWay";
import { SignatureWay } from "./SignatureWay";
import own from "./SignInPanel.module.css";

export function SignInPanel({ onDone }: { onDone: () => void }) {
  const { state } = useAppState();
  return (
    <div className={own.stack}>
      {state.sessionEnded && <ErrorNotice error={state.sessionEnded} quiet />}
      <div className={own.ways}>
        <SignatureWay onDone={onDone} />
        <BrowserWay onDone={onDone} />
      </div>
    </div>
  );
}

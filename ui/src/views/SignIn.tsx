/** The page on which one signs in, by a signature or through Госуслуги. */
import { SignInPanel } from "../features/session/SignInPanel";
import { Page } from "../shared/Page";
import { go, paths } from "../shared/router";
import { useTexts } from "../shared/useTexts";

export function SignIn() {
  const { t } = useTexts();
  return (
    <Page title={t("ui.signIn.title")} lead={<p className="muted">{t("ui.signIn.lead")}</p>}>
      <SignInPanel onDone={() => go(paths.today)} />
    </Page>
  );
}

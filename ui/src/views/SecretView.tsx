/** The small window: language and theme come with the prompt, and so does everything it shows. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { CodeForm } from "../features/secret/CodeForm";
import { ConfirmForm } from "../features/secret/ConfirmForm";
import { NewCode } from "../features/secret/NewCode";
import { SecretForm } from "../features/secret/SecretForm";
import { recoveryCode, secretPrompt, type SecretPrompt } from "../ipc";
import { setLanguage } from "../shared/i18n";
import { Empty } from "../shared/Pieces";
import styles from "./SecretView.module.css";
import { ChosenTheme, Themed } from "../shared/Themed";

export function SecretView() {
  const { t } = useTranslation();
  const [prompt] = useState(secretPrompt);
  useEffect(() => {
    if (!prompt) return;
    setLanguage(prompt.language);
    document.title = t(`secret.title.${prompt.purpose}`);
  }, [prompt, t]);
  return (
    <Themed>
      {prompt ? (
        <>
          <ChosenTheme theme={prompt.theme} />
          <main className={styles.page}><Asked prompt={prompt} /></main>
        </>
      ) : (
        <Empty icon="warning" title={t("secret.noPrompt")} />
      )}
    </Themed>
  );
}

function Asked({ prompt }: { prompt: SecretPrompt }) {
  switch (prompt.kind) {
    case "recovery-code":
      return <CodeForm prompt={prompt} />;
    case "new-recovery-code":
      return <NewCode prompt={prompt} written={recoveryCode()} />;
    case "factor":
    case "one-time-code":
    case "account-password":
      return <ConfirmForm prompt={prompt} />;
    default:
      return <SecretForm prompt={prompt} />;
  }
}

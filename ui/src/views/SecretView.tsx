/** The small window: language and theme come with the prompt, and so does everything it shows. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { SecretForm } from "../features/secret/SecretForm";
import { secretPrompt } from "../ipc";
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
          <main className={styles.page}><SecretForm prompt={prompt} /></main>
        </>
      ) : (
        <Empty icon="warning" title={t("secret.noPrompt")} />
      )}
    </Themed>
  );
}

/** Verifying without a vault: nobody needs an organisation to look at a signature. */
import { useTranslation } from "react-i18next";
import { Back } from "../shared/Page";
import { paths } from "../shared/router";
import { Verify } from "./Verify";
import styles from "./VerifyAlone.module.css";

export function VerifyAlone() {
  const { t } = useTranslation();
  return (
    <main className={styles.page}>
      <Verify above={<Back to={paths.today} testId="verify-back">{t("ui.verify.back")}</Back>} />
    </main>
  );
}

export function VerifyLink() {
  const { t } = useTranslation();
  return <p className="small"><a href={`#${paths.verify}`} data-testid="go-verify">{t("ui.verify.open")}</a></p>;
}

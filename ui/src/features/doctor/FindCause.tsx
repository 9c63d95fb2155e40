/** The way to the doctor from wherever a token disappoints; with an error only if it is the token's. */
import type { UiError } from "../../ipc";
import { paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";

export function FindCause({ error }: { error?: UiError }) {
  const { t } = useTexts();
  if (error && !error.code.startsWith("token.")) return null;
  return <a href={`#${paths.doctor}`} data-testid="find-cause">{t("ui.doctor.find")}</a>;
}

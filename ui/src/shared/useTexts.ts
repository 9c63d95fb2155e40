/** Texts and formats of the current language in one place for components. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FieldProblem } from "../ipc";
import * as formats from "./format";

export function useTexts() {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  return useMemo(
    () => ({
      t,
      language,
      /** Whether there is a text for this key. */
      has: (key: string) => i18n.exists(key),
      date: (value: string) => formats.formatDate(value, language),
      time: (value: string) => formats.formatTime(value, language),
      dateTime: (value: string) => formats.formatDateTime(value, language),
      exact: (value: string) => formats.formatExact(value, language),
      moscow: (value: string) => t("verification.label.moment", { time: formats.formatMoscow(value, language) }),
      when: (value: string) => formats.formatWhen(value, language),
      number: (value: number) => formats.formatNumber(value, language),
      size: (bytes: number) => {
        const { key, value } = formats.sizeInWords(bytes);
        return t(`ui.size.${key}`, { value: formats.formatNumber(value, language) });
      },
      /** The text of a coded statement, or the fallback with the code in it, so that nothing is ever blank. */
      coded: (prefix: string, { code, params }: FieldProblem) =>
        i18n.exists(`${prefix}.${code}`) ? t(`${prefix}.${code}`, formats.spokenParams(params, language)) : t("ui.unknownCode", { code }),
    }),
    [t, i18n, language],
  );
}

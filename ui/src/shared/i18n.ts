/** Texts: assets/locales/*.json, shared with the Rust side; Russian is the source language. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "@locales/en.json";
import ru from "@locales/ru.json";
import type { Language } from "../ipc";

void i18next.use(initReactI18next).init({
  lng: "ru",
  fallbackLng: "ru",
  resources: { ru: { translation: ru }, en: { translation: en } },
  interpolation: { escapeValue: false },
  // A value the host left out shows as nothing, never as a name in braces.
  missingInterpolationHandler: () => "",
  returnNull: false,
});

export function setLanguage(language: Language) {
  document.documentElement.lang = language;
  if (i18next.language !== language) void i18next.changeLanguage(language);
}

export const i18n = i18next;

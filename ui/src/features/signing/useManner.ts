/** How a file is going to be signed: what its profile says, until the user says otherwise. */
import { useState } from "react";
import { host, type FileSigning, type FileToSign, type ProfileView, type SignatureForm, type SignatureLevel, type UiError } from "../../ipc";
import { useHostQuery } from "../../shared/useHostQuery";

/** Levels from the lowest to the highest. */
const order: readonly SignatureLevel[] = ["basic", "timestamped", "extended-long", "long-term", "archive"];

/** What the user chose instead of what the profile says. */
type Choice = { profile: string | null; form: SignatureForm | null; level: SignatureLevel | null };

export type Manner = {
  error: UiError | null;
  retry: () => void;
  /** null until the choices are known. */
  options: FileSigning | null;
  profiles: readonly ProfileView[];
  profile: ProfileView;
  form: SignatureForm;
  forms: readonly SignatureForm[];
  level: SignatureLevel;
  levels: readonly SignatureLevel[];
  visible: boolean;
  /** Whether there is a time stamp service to ask. */
  stamps: boolean;
  chooseProfile: (code: string) => void;
  chooseForm: (form: SignatureForm) => void;
  chooseLevel: (level: SignatureLevel) => void;
  show: (visible: boolean) => void;
};

const nothing: ProfileView = { code: "", title: "", level: "basic", forms: [{ form: "detached", levels: ["basic"] }] };

export function useManner(file: FileToSign): Manner {
  const choices = useHostQuery(`signing-choices ${file.name}`, host.signingChoices);
  const [choice, setChoice] = useState<Choice>({ profile: null, form: null, level: null });
  const [visible, show] = useState(false);
  const profiles = choices.data?.profiles ?? [];
  const stamps = choices.data?.stamps ?? false;
  const profile = profiles.find((one) => one.code === choice.profile) ?? profiles[0] ?? nothing;
  // A signature beside another one is CMS, whatever the profile would like best.
  const allowed = file.existing === null ? profile.forms : profile.forms.filter((one) => one.form === "detached");
  const forms = allowed.length > 0 ? allowed : nothing.forms;
  const form = forms.find((one) => one.form === choice.form) ?? forms[0] ?? { form: "detached" as const, levels: ["basic" as const] };
  const level = reachable(choice.level ?? profile.level, form.levels, stamps);
  return {
    error: choices.error, retry: () => void choices.reload(),
    options: choices.data ? { profile: profile.code, form: form.form, level, visible: visible && form.form === "pdf" } : null,
    profiles, profile, form: form.form, forms: forms.map((one) => one.form), level, levels: form.levels, visible, stamps,
    // The rules of another purpose are taken as they are.
    chooseProfile: (code) => setChoice({ profile: code, form: null, level: null }),
    chooseForm: (next) => setChoice((now) => ({ ...now, form: next })),
    chooseLevel: (next) => setChoice((now) => ({ ...now, level: next })),
    show,
  };
}

/** The highest level of the form that is not above the wanted one. */
function reachable(wanted: SignatureLevel, levels: readonly SignatureLevel[], stamps: boolean): SignatureLevel {
  if (!stamps) return "basic";
  const fitting = levels.filter((level) => order.indexOf(level) <= order.indexOf(wanted));
  return fitting.at(-1) ?? "basic";
}

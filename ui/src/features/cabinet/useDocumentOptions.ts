/** Documents of the archive to choose one from, the last changed first. */
import { host } from "../../ipc";
import { useHostQuery } from "../../shared/useHostQuery";

const anyTime = { from: null, to: null };

export function useDocumentOptions(): { value: string; label: string }[] {
  const { data } = useHostQuery("link-documents", () => host.documents({ stages: [], formats: [], signed: null, added: anyTime, updated: anyTime, text: "", order: "updated-newest", offset: 0, limit: 200 }));
  return (data?.rows ?? []).map((row) => ({ value: row.id, label: row.title }));
}

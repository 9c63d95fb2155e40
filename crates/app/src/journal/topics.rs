//! What entries are about, in groups people ask for.

use kabinet_store::Actions;

use crate::view::JournalTopic;

impl JournalTopic {
    /// All, in the order they are offered.
    pub const ALL: [Self; 9] = [
        Self::Access,
        Self::Documents,
        Self::Mail,
        Self::Drafts,
        Self::Signatures,
        Self::Sending,
        Self::Certificates,
        Self::Archive,
        Self::Other,
    ];

    /// Its actions by name; what stands nowhere is [`Other`](Self::Other).
    fn named(self) -> &'static [&'static str] {
        match self {
            Self::Access => &[
                "session-ended",
                "session-forgotten",
                "session-renewed",
                "device-revoked",
                "licence-saved",
                "link-requested",
                "link-withdrawn",
                "not-permitted",
                "notification-channels-changed",
                "organisation-linked",
                "organisation-unlinked",
                "refused-by-portal",
                "registration-corrected",
                "registration-requested",
                "representative-confirmed",
                "representative-requested",
                "services-enabled",
                "sign-in-failed",
                "signed-in",
                "signed-out",
                "subscription-begun",
                "subscription-cancelled",
                "subscription-confirmed",
                "subscription-extended",
                "access-reviewed",
                "employee-access-revoked",
                "employee-copy-saved",
                "employee-invited",
                "employee-removed",
                "employee-restored",
                "employee-role-changed",
                "invitation-accepted",
                "invitation-declined",
                "invitation-revoked",
                "role-changed",
                "role-made",
                "role-removed",
            ],
            Self::Documents => &[
                "document-added",
                "document-exported",
                "document-taken-back",
                "poa-added",
                "poa-chosen",
                "poa-expired",
                "poa-scan-added",
            ],
            Self::Mail => &[
                "mail-answered",
                "mail-deleted",
                "mail-deleted-early",
                "mail-exported",
                "mail-file-fetched",
                "mail-held",
                "mail-list-fetched",
                "mail-list-requested",
                "mail-not-opened",
                "mail-opened",
                "mail-opening",
                "mail-released",
            ],
            Self::Drafts => &[
                "address-made",
                "address-sent",
                "incoming-dropped",
                "draft-begun",
                "draft-erased",
                "draft-filed",
                "draft-handed-over",
                "draft-merged",
                "draft-removed",
                "draft-taken-back",
                "draft-taken-over",
            ],
            Self::Signatures => &[
                "document-signed",
                "document-signed-unopened",
                "file-signed",
                "file-stamped",
                "goskey-asked",
                "goskey-joined",
                "goskey-not-joined",
                "poa-attached",
                "poa-replaced",
                "poa-replacement-made",
                "poa-revoked",
                "poa-signed",
                "sign-failed",
                "signed-under-poa",
                "signing-dropped",
                "signing-resumed",
                "signing-started",
                "signing-stopped",
                "stamp-forgotten",
                "test-signature-made",
            ],
            Self::Sending => &[
                "answer-not-received",
                "answer-queued",
                "answer-started",
                "cancel-refused",
                "cancel-requested",
                "cancel-settled",
                "cancel-wanted",
                "document-queued",
                "final-status",
                "order-lost",
                "order-not-reserved",
                "order-pushed",
                "order-requested",
                "order-reserved",
                "order-stuck",
                "outcome-unknown",
                "poa-heard",
                "poa-not-received",
                "poa-not-sent",
                "poa-outcome-unknown",
                "poa-queued",
                "poa-refused",
                "poa-registered",
                "poa-revocation-confirmed",
                "poa-sent",
                "poa-taken",
                "poa-unqueued",
                "result-received",
                "status-changed",
                "submission-finished",
                "submission-withdrawn",
                "upload-not-received",
                "upload-started",
            ],
            Self::Certificates => &["certificate-imported", "certificate-ordered"],
            Self::Archive => &[
                "api-key-added",
                "api-key-changed",
                "api-key-removed",
                "backup-restored",
                "journal-exported",
                "organisation-added",
            ],
            Self::Other => &[],
        }
    }

    /// The actions a filter asks for.
    #[must_use]
    pub fn actions(self) -> Actions {
        let owned = |actions: &[&str]| actions.iter().map(|&action| action.to_owned()).collect();
        match self {
            Self::Other => {
                Actions::OtherThan(Self::ALL.iter().flat_map(|topic| owned(topic.named())).collect())
            }
            named => Actions::Of(owned(named.named())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kabinet_texts::{Language, Texts};

    use super::JournalTopic;

    #[test]
    fn every_action_stands_in_one_topic_and_has_a_text() {
        let mut seen = BTreeSet::new();
        for language in Language::ALL {
            let texts = Texts::new(language);
            for action in JournalTopic::ALL.iter().flat_map(|topic| topic.named()) {
                assert!(texts.has(&format!("journal.{action}")), "{action}");
                seen.insert(action);
            }
        }
        let named: usize = JournalTopic::ALL.iter().map(|topic| topic.named().len()).sum();
        assert_eq!(seen.len(), named);
    }
}
